"""A webshop in four files: prices, cart, stock, checkout."""
