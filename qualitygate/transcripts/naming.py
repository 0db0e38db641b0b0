"""How people are named in records that come from GitHub: by ids and codes, by logins only where that is wished."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC

from qualitygate.pseudonyms import account, person

Naming = Callable[[str], str]
"""From the login of an account to what stands for it."""
_MENTION = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")
_APART = re.compile(r"[,;，、；\n]")


def by_code(login: str) -> str:
    """The code of an account, that of the address GitHub gives it."""
    return account(login)


def by_login(login: str) -> str:
    """The login itself, for those who keep their records to themselves."""
    return login


def typed(text: str, naming: Naming) -> str:
    """Somebody as a person typed it: a mention is an account, an address becomes its code, an id stays."""
    mention = _MENTION.fullmatch(text)
    if mention:
        return naming(mention[1])
    try:
        return person(text, UTC)
    except ValueError:
        return text  # the reader refuses it


def listed(text: str) -> list[str]:
    """The people that a text lists, by commas or lines."""
    return [each.strip().removeprefix("- ").strip() for each in _APART.split(text) if each.strip(" -\t\r")]
