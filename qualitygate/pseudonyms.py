"""What stands for a person in evidence: the id that a record gives, or a code where that would be an e-mail address."""

from __future__ import annotations

import re
from datetime import tzinfo
from importlib import import_module

NAME_CAP = 200
"""Characters of an id."""
CODE = "u-"
"""How a code begins."""
ACCOUNTS = "users.noreply.github.com"
"""Where GitHub gives each account an address of its own."""
_DIGITS = 12
_MAILBOX = re.compile(r"[^<>]*<\s*([^<>\s]+@[^<>\s]+)\s*>")
"""A name with an address, as git and e-mail programs write them."""


def person(value: str, _zone: tzinfo) -> str:
    """The id of a person, the same in every register: an e-mail address becomes a code, upper and lower case alike.

    A code hides an address from who reads a report; who knows the address can make the code from it. Raises
    ``ValueError`` for what is no id.
    """
    if len(value) > NAME_CAP or not value.isprintable():
        raise ValueError(f"is longer than {NAME_CAP} characters, or not printable")
    mailbox = _MAILBOX.fullmatch(value)
    plain = mailbox[1] if mailbox else value
    plain = plain.removeprefix("mailto:")
    return code(plain) if "@" in plain.lstrip("@") else value


def account(login: str) -> str:
    """The code of an account of GitHub: that of the address which GitHub gives it."""
    return code(f"{login}@{ACCOUNTS}")


def code(address: str) -> str:
    """The code of an address: the first digits of its SHA-256, in small letters."""
    digest = import_module("hashlib").sha256(address.casefold().encode()).hexdigest()  # half of an empty Python
    return CODE + str(digest)[:_DIGITS]
