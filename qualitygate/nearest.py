"""The name that was probably meant, for a did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable


def near(word: str, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known names nearest to a word, best first, at most ``most``; none below the likeness ``cutoff`` (0 to 1)."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    return get_close_matches(word, list(known), most, cutoff)
