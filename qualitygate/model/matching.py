"""Which file of the checkout a report means: tools name files from where they ran, which is rarely the root."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from posixpath import join, normpath

from qualitygate.model.changes import Changes
from qualitygate.values import dataclass

_DRIVE = re.compile(r"[A-Za-z]:(?=/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """``found`` has the file of the checkout by path of a report; ``ambiguous`` the files a path could be."""

    found: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]


def match(paths: Iterable[str], files: AbstractSet[str], checkout: Changes) -> Matches:
    """The paths of reports that are one of ``files``, which are in the checkout; their order changes nothing.

    In this order: the same path, from the policy's folder or from the root; the end of exactly one file
    (``com/acme/Foo.java``); a path that ends like exactly one file, the longest (``/app/src/x.py``); and a file between
    whose first folders and whose end others are left out (``shop/com/acme/Foo.java`` in ``shop/src/main/java``). A path
    that could be several is none. A bare name (``/lib/setup.js`` for ``setup.js``) is only believed where no other path
    claims the file.
    """
    finder = _Finder(checkout, {_name(path) for path in files})
    found: dict[str, str] = {}
    bare: dict[str, list[str]] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    for path in paths:
        candidates, is_bare = finder.candidates(path)
        if len(candidates) > 1:
            ambiguous[path] = tuple(sorted(candidates))
        elif candidates and is_bare:
            bare.setdefault(candidates[0], []).append(path)
        elif candidates:
            found[path] = candidates[0]
    claimed = set(found.values())
    for file, claims in bare.items():
        if len(claims) == 1 and file not in claimed:
            found[claims[0]] = file
        elif file not in claimed:
            ambiguous.update((path, (file,)) for path in claims)
    return Matches(
        found={path: file for path, file in found.items() if file in files},
        ambiguous={path: could for path, could in ambiguous.items() if not files.isdisjoint(could)},
    )


def begins(path: str, root: str) -> bool:
    """Whether the path of a report names a file by the absolute name of a checkout's root."""
    return _plain(path).startswith(_plain(root) + "/")


class _Finder:
    """Looks for paths among the files of a checkout that bear one of some names."""

    __slots__ = ("checkout", "files", "roots")

    def __init__(self, checkout: Changes, names: AbstractSet[str]) -> None:
        self.checkout = checkout
        self.roots = [_plain(root) for root in checkout.roots]
        self.files: dict[str, list[str]] = {name: [] for name in names}
        for file in checkout.tracked:
            if (name := _name(file)) in self.files:
                self.files[name].append(file)

    def candidates(self, path: str) -> tuple[list[str], bool]:
        """The files that a path could be, and whether nothing but the name says so."""
        plain = _plain(path)
        namesakes = self.files.get(_name(plain), [])
        if not namesakes:
            return [], False
        within = self._within(plain)
        if within is not None:
            return [file for file in namesakes if file == within], False
        for place in (normpath(join(self.checkout.folder, plain)), plain):
            if place in namesakes:
                return [place], False
        return _by_ends(plain.lstrip("/"), namesakes, self.checkout.folder)

    def _within(self, plain: str) -> str | None:
        """The path from the root, where it is an absolute one below the root; nothing else is then meant."""
        for root in self.roots:
            if plain.startswith(root + "/"):
                return plain[len(root) + 1 :]
        return None


def _by_ends(plain: str, namesakes: list[str], folder: str) -> tuple[list[str], bool]:
    ending = [file for file in namesakes if file.endswith("/" + plain)]
    near = [file for file in ending if folder and file.startswith(folder + "/")]
    if ending:
        return near if len(near) == 1 else ending, False
    ended = [file for file in namesakes if plain.endswith("/" + file) or plain == file]
    if ended:
        longest = max(ended, key=len)
        return [longest], "/" not in longest
    return [file for file in namesakes if _leaves_out(plain.split("/"), file.split("/"))], False


def _leaves_out(short: list[str], long: list[str]) -> bool:
    """Whether ``short`` is ``long`` with some steps in the middle left out."""
    if len(short) < 2 or len(short) >= len(long) or short[0] != long[0]:
        return False
    common = next(index for index, step in enumerate(long) if index == len(short) or short[index] != step)
    return any(short[cut:] == long[len(long) - len(short) + cut :] for cut in range(1, min(common, len(short) - 1) + 1))


def _plain(path: str) -> str:
    """Forward slashes, no drive, nothing that only stands still."""
    plain = _DRIVE.sub("", path.replace("\\", "/"), count=1)
    return normpath(plain.removeprefix("file://")).replace("//", "/") if plain else ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]
