"""Prices in whole cents; a half cent is rounded up."""

import re

PRICE = re.compile(r"([0-9]+)(?:\.([0-9]{2}))?")


def cents(text):
    """``"12.90"`` as 1290. Raises ``ValueError`` for anything that is not a price."""
    price = PRICE.fullmatch(text)
    if not price:
        raise ValueError(f"not a price: {text!r}")
    return int(price[1]) * 100 + int(price[2] or 0)


def share(amount, percent):
    """So many percent of an amount."""
    return (amount * percent + 50) // 100


def vat_inside(gross, rate):
    """The VAT that a gross amount contains, at a rate in percent."""
    return (gross * rate * 2 + 100 + rate) // (2 * (100 + rate))
