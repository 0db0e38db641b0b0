"""From cart to receipt."""

from shop.prices import share, vat_inside

VAT = {"AT": 20, "DE": 19, "FR": 20}
VOUCHERS = {"WELCOME5": 5, "SPRING10": 10, "STAFF25": 25}
FREE_SHIPPING_FROM = 50_00
SHIPPING = 4_90


def receipt(cart, country="DE", voucher=None, gift_card=0):
    """All amounts of an order in cents. Raises ``ValueError`` for an unknown country or voucher, or an empty cart."""
    if not cart.lines:
        raise ValueError("the cart is empty")
    if country not in VAT:
        raise ValueError(f"we do not ship to {country}")
    if voucher is not None and voucher not in VOUCHERS:
        raise ValueError(f"unknown voucher {voucher}")
    discount = share(cart.subtotal, VOUCHERS.get(voucher, 0))
    goods = cart.subtotal - discount
    shipping = 0 if goods >= FREE_SHIPPING_FROM else SHIPPING
    total = goods + shipping
    return {
        "subtotal": cart.subtotal,
        "discount": discount,
        "shipping": shipping,
        "total": total,
        "vat": vat_inside(total, VAT[country]),
        "gift_card": min(gift_card, total),
        "to_pay": total - min(gift_card, total),
    }
