import pytest
from shop.cart import Cart
from shop.checkout import receipt


@pytest.fixture
def cart():
    cart = Cart()
    cart.add("mug", 1290, 2)
    return cart


def test_a_small_order_pays_shipping(cart):
    assert receipt(cart)["shipping"] == 490


def test_from_fifty_on_shipping_is_free(cart):
    cart.add("tray", 2420)
    assert (receipt(cart)["subtotal"], receipt(cart)["shipping"]) == (5000, 0)


@pytest.mark.parametrize(("voucher", "discount"), [("WELCOME5", 129), ("SPRING10", 258), ("STAFF25", 645)])
def test_a_voucher_lowers_the_total(cart, voucher, discount):
    assert receipt(cart, voucher=voucher)["total"] == 2580 - discount + 490


@pytest.mark.parametrize(("country", "vat"), [("DE", 490), ("AT", 512), ("FR", 512)])
def test_vat_is_that_of_the_country(cart, country, vat):
    assert receipt(cart, country)["vat"] == vat


def test_a_gift_card_pays_a_part(cart):
    assert receipt(cart, gift_card=1000)["to_pay"] == 2070


def test_a_gift_card_never_pays_more_than_the_total(cart):
    assert (receipt(cart, gift_card=9900)["gift_card"], receipt(cart, gift_card=9900)["to_pay"]) == (3070, 0)


def test_an_empty_cart_has_no_receipt():
    with pytest.raises(ValueError, match="empty"):
        receipt(Cart())


def test_a_country_we_do_not_ship_to_is_refused(cart):
    with pytest.raises(ValueError, match="do not ship to US"):
        receipt(cart, "US")


def test_an_unknown_voucher_is_refused(cart):
    with pytest.raises(ValueError, match="unknown voucher FREE"):
        receipt(cart, voucher="FREE")
