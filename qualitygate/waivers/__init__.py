"""Waivers looked after: who wrote and who approved them, as git tells it, and which of them need attention."""
