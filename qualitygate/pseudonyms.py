"""What stands for a person in evidence: the id that a record gives, or a code where that would be an e-mail address."""

from __future__ import annotations

from datetime import tzinfo
from importlib import import_module

NAME_CAP = 200
"""Characters of an id."""
CODE = "u-"
"""How a code begins."""
_DIGITS = 12


def person(value: str, _zone: tzinfo) -> str:
    """The id of a person, the same in every register: an e-mail address becomes a code, upper and lower case alike.

    A code hides an address from who reads a report; who knows the address can make the code from it. Raises
    ``ValueError`` for what is no id.
    """
    if len(value) > NAME_CAP or not value.isprintable():
        raise ValueError(f"is longer than {NAME_CAP} characters, or not printable")
    plain = value.removeprefix("mailto:")
    if "@" not in plain.lstrip("@"):
        return value
    digest = import_module("hashlib").sha256(plain.casefold().encode()).hexdigest()  # half of an empty Python
    return CODE + str(digest)[:_DIGITS]
