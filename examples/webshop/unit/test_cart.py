import pytest
from shop.cart import Cart


@pytest.fixture
def cart():
    cart = Cart()
    cart.add("mug", 1290, 2)
    return cart


def test_a_new_cart_costs_nothing():
    assert Cart().subtotal == 0


def test_the_subtotal_is_quantity_times_price(cart):
    assert cart.subtotal == 2580


def test_more_of_an_article_joins_its_line(cart):
    cart.add("mug", 1290)
    assert cart.lines == {"mug": (3, 1290)}


def test_another_article_gets_its_own_line(cart):
    cart.add("pot", 3450)
    assert cart.subtotal == 6030


def test_one_article_has_one_price(cart):
    with pytest.raises(ValueError, match="another price"):
        cart.add("mug", 990)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_quantity_is_at_least_one(cart, quantity):
    with pytest.raises(ValueError, match="at least 1"):
        cart.add("pot", 3450, quantity)


def test_ninety_nine_of_an_article_fit(cart):
    cart.add("mug", 1290, 97)
    assert cart.lines["mug"] == (99, 1290)


def test_the_hundredth_of_an_article_is_refused(cart):
    with pytest.raises(ValueError, match="at most 99"):
        cart.add("mug", 1290, 98)


def test_a_removed_article_is_gone(cart):
    cart.remove("mug")
    assert cart.lines == {}


def test_removing_what_is_not_there_changes_nothing(cart):
    cart.remove("pot")
    assert cart.subtotal == 2580
