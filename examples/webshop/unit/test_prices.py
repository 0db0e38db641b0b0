import pytest
from shop.prices import cents, share, vat_inside


@pytest.mark.parametrize(("text", "amount"), [("0", 0), ("7", 700), ("0.05", 5), ("12.90", 1290), ("1000.00", 100_000)])
def test_a_price_is_read_as_cents(text, amount):
    assert cents(text) == amount


@pytest.mark.parametrize("text", ["", "-1.00", "1.5", "1.999", "1,50", "ten", "1.x0", "²"])
def test_what_is_not_a_price_is_refused(text):
    with pytest.raises(ValueError, match="not a price"):
        cents(text)


@pytest.mark.parametrize(
    ("amount", "percent", "part"), [(1000, 10, 100), (999, 0, 0), (999, 100, 999), (1999, 5, 100), (0, 10, 0)]
)
def test_a_share_is_so_many_percent(amount, percent, part):
    assert share(amount, percent) == part


def test_a_share_of_half_a_cent_is_rounded_up():
    assert share(1250, 5) == 63
    assert share(1290, 5) == 65


@pytest.mark.parametrize(
    ("gross", "rate", "vat"), [(11900, 19, 1900), (12000, 20, 2000), (100, 19, 16), (0, 19, 0), (4990, 0, 0)]
)
def test_vat_is_inside_the_gross_amount(gross, rate, vat):
    assert vat_inside(gross, rate) == vat
