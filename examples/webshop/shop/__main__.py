"""``python -m shop``: an order as JSON on standard input, its receipt as JSON on standard output."""

import json
import sys

from shop.cart import Cart
from shop.checkout import receipt
from shop.prices import cents
from shop.stock import OutOfStock, Stock


def main():
    order = json.load(sys.stdin)
    cart = Cart()
    try:
        for article, price, quantity in order["lines"]:
            cart.add(article, cents(price), quantity)
        if "stock" in order:
            Stock(order["stock"]).reserve({article: quantity for article, (quantity, _) in cart.lines.items()})
        answer = receipt(cart, order.get("country", "DE"), order.get("voucher"), cents(order.get("gift_card", "0")))
    except OutOfStock as error:
        answer = {"error": f"out of stock: {error}"}
    except ValueError as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)
    return int("error" in answer)


if __name__ == "__main__":
    sys.exit(main())
