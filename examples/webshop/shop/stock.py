"""What lies on the shelves, and what of it is promised."""


class OutOfStock(Exception):
    """More was asked for than is free."""


class Stock:
    """Pieces on hand and reserved, by article."""

    def __init__(self, on_hand):
        self.on_hand = dict(on_hand)
        self.reserved = dict.fromkeys(on_hand, 0)

    def free(self, article):
        """How many can still be promised."""
        return self.on_hand.get(article, 0) - self.reserved.get(article, 0)

    def reserve(self, wanted):
        """Promise all that is wanted, or nothing. Raises ``OutOfStock``, naming the articles."""
        short = sorted(article for article, quantity in wanted.items() if quantity > self.free(article))
        if short:
            raise OutOfStock(", ".join(short))
        for article, quantity in wanted.items():
            self.reserved[article] += quantity

    def release(self, wanted):
        """Take a promise back."""
        for article, quantity in wanted.items():
            self.reserved[article] = max(self.reserved[article] - quantity, 0)

    def ship(self, wanted):
        """What was promised leaves the house."""
        for article, quantity in wanted.items():
            if quantity > self.reserved.get(article, 0):
                raise OutOfStock(article)
            self.on_hand[article] -= quantity
            self.reserved[article] -= quantity
