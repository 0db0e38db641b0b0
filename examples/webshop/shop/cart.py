"""What a customer wants to buy."""

MOST = 99


class Cart:
    """Quantities and unit prices by article."""

    def __init__(self):
        self.lines = {}

    def add(self, article, price, quantity=1):
        """Put so many of an article in; more of the same article joins its line."""
        if quantity < 1:
            raise ValueError("a quantity is at least 1")
        known, known_price = self.lines.get(article, (0, price))
        if known_price != price:
            raise ValueError(f"{article} is in the cart at another price")
        if known + quantity > MOST:
            raise ValueError(f"at most {MOST} of one article")
        self.lines[article] = (known + quantity, price)

    def remove(self, article):
        """Take an article out; one that is not there stays away."""
        self.lines.pop(article, None)

    @property
    def subtotal(self):
        """The sum of all lines in cents."""
        return sum(quantity * price for quantity, price in self.lines.values())
