"""Who is who: a name in a register, an author in git and a login on GitHub may be one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from unicodedata import normalize

from qualitygate.model.people import Person
from qualitygate.pseudonyms import ACCOUNTS, NAME_CAP, person
from qualitygate.values import dataclass

_NOREPLY = f"@{ACCOUNTS}"
Names = frozenset[str]
"""All that one person is known by, each as :func:`known` writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A name and an e-mail address as git has them, of an author, a committer or in a trailer."""

    name: str
    email: str = ""


def known(name: str) -> str:
    """A name as it is compared: case, width, spaces and a leading ``@`` say nothing; an address becomes its code."""
    plain = " ".join(normalize("NFKC", name).casefold().split()).removeprefix("@")
    return person(plain, UTC) if plain.isprintable() and len(plain) <= NAME_CAP else plain


def shown(name: str) -> str:
    """A name as it is told: an address becomes its code."""
    return person(name, UTC) if name.isprintable() and len(name) <= NAME_CAP else "somebody"


def people(persons: Iterable[Person]) -> tuple[Names, ...]:
    """What each person of the registers is known by: the id, and the aliases."""
    return tuple(frozenset(map(known, (each.id, *each.aliases))) for each in persons)


def named(name: str, among: Iterable[Names]) -> Names:
    """Whom a register means by a name."""
    return _widened(frozenset({known(name)}), among)


def signed(by: Signature, among: Iterable[Names]) -> Names:
    """Whom a signature means. GitHub's own addresses have the login in them."""
    address = by.email.casefold()
    login = address.removesuffix(_NOREPLY).rpartition("+")[2] if address.endswith(_NOREPLY) else ""
    account = f"{login}{_NOREPLY}" if login else ""
    return _widened(frozenset(known(name) for name in (by.name, address, login, account) if name), among)


def _widened(names: Names, among: Iterable[Names]) -> Names:
    return names.union(*(each for each in among if names & each))
