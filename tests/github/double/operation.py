"""Operations: what the double answers, listed in operations.txt and each bound to the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.github.double.exchange import Answer, Request

if TYPE_CHECKING:
    from tests.github.double.world import World

LIST = Path(__file__).with_name("operations.txt")
Deed = Callable[["World", Request], Answer]
DEEDS: dict[str, Deed] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method and a path as GitHub's description writes it, and the permission it takes, as its header says it."""

    method: str
    template: str
    needs: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.template}"


@cache
def operations() -> dict[str, Operation]:
    """Every listed operation, by `METHOD /template`."""
    found = {}
    for line in LIST.read_text("utf-8").splitlines():
        if line and not line.startswith("#") and " = " not in line:
            method, template, needs = line.split(maxsplit=2)
            found[f"{method} {template}"] = Operation(method=method, template=template, needs=needs)
    return found


@cache
def aliases() -> dict[str, str]:
    """Other names of operations: `METHOD /template` to the operation it is."""
    lines = [line for line in LIST.read_text("utf-8").splitlines() if " = " in line and not line.startswith("#")]
    pairs = (line.split(" = ") for line in lines)
    return {pair[0]: pair[1] for pair in pairs}


def does(key: str) -> Callable[[Deed], Deed]:
    """Binds a function to a listed operation; one that is not listed, or bound twice, is a mistake of ours."""

    def bind(deed: Deed) -> Deed:
        assert key in operations(), f"{key} is not in {LIST.name}"
        assert key not in DEEDS, f"{key} is bound twice"
        DEEDS[key] = deed
        return deed

    return bind
