"""What an earlier run knew: its answer, which counts while nothing that it read has changed, and each page by hash.

A file of JSON lines: a head with the answer, then a line for each page. A cache that is not whole is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from qualitygate.documents.links import DeadLink, Links, parsed
from qualitygate.documents.page import Heading, Link, Page
from qualitygate.documents.site import SIZE_CAP
from qualitygate.model.tree import Tree

VERSION = "qualitygate documents 1"
LINE_CAP = 256 * 1024**2
_COUNTS = ("pages", "internal", "external", "templates")


class Cache:
    """Pages by the hash of their bytes, and the answer of the run that wrote them.

    ``key`` is anything else that an answer depends on: the version, the profiles, the pages asked for.
    """

    __slots__ = ("_answer", "_files", "_key", "_pages", "_tree", "_used")

    def __init__(self, tree: Tree, key: Sequence[str], stored: IO[bytes] | None = None) -> None:
        self._tree = tree
        self._key = _digest("\0".join((VERSION, *key, "", *sorted(tree.paths))).encode("utf-8", "replace"))
        self._files: dict[str, str] = {}
        self._used: dict[bytes, bytes] = {}
        self._answer: Any = None
        self._pages: dict[bytes, bytes] = {}
        if stored is not None:
            self._load(stored)

    def _load(self, stored: IO[bytes]) -> None:
        try:
            head = json.loads(stored.readline(LINE_CAP))
            if head["version"] != VERSION:
                return
            self._answer = head
            for line in stored:
                digest, _, page = line.partition(b"\t")
                self._pages[digest] = page
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self._answer = None
            self._pages.clear()

    def answer(self) -> Links | None:
        """What the earlier run said, where it was asked the same and every file it read is as it was."""
        try:
            if self._answer is None or self._answer["key"] != self._key:
                return None
            if any(self._hash(path) != digest for path, digest in self._answer["files"].items()):
                return None
            dead = tuple(DeadLink(**each) for each in self._answer["dead"])
            counts = {name: int(self._answer[name]) for name in _COUNTS}
            return Links(**counts, dead=dead, urls={})
        except (ValueError, LookupError, TypeError, AttributeError):
            return None

    def page(self, path: str) -> Page:
        """A page of the tree, from the cache where its bytes are known."""
        try:
            with self._tree.open(path) as stream:
                content = stream.read(SIZE_CAP + 1)
        except OSError as error:
            return Page(problem=f"cannot be opened: {error.strerror or error}")
        digest = _digest(content)
        self._files[path] = digest
        key = f"{digest}{path.rpartition('.')[2]}".encode("ascii", "replace")
        known = self._pages.get(key)
        found = _decoded(known) if known is not None else None
        if found is None or known is None:
            found = parsed(path, content)
            known = _encoded(found)
        self._used[key] = known
        return found

    def lines(self, links: Links) -> Iterable[bytes]:
        """The cache as it is to be written after a run that gave this answer."""
        dead = [{name: getattr(each, name) for name in each.__dataclass_fields__} for each in links.dead]
        counts = {name: getattr(links, name) for name in _COUNTS}
        head = {"version": VERSION, "key": self._key, "files": self._files, **counts, "dead": dead}
        yield json.dumps(head).encode() + b"\n"
        for key, page in self._used.items():
            yield key + b"\t" + page.rstrip(b"\n") + b"\n"

    def watched(self) -> Callable[[str], IO[bytes]]:
        """Opens files of the tree, and remembers that the answer depends on them."""

        def open_(path: str) -> IO[bytes]:
            self._files[path] = self._hash(path)
            return self._tree.open(path)

        return open_

    def _hash(self, path: str) -> str:
        try:
            with self._tree.open(path) as stream:
                return _digest(stream.read(SIZE_CAP + 1))
        except OSError:
            return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _encoded(page: Page) -> bytes:
    data = [
        page.headings,
        sorted(page.anchors),
        sorted(page.targets),
        page.links,
        page.undefined,
        page.whole,
        page.problem,
    ]
    return json.dumps(data, separators=(",", ":")).encode()


def _decoded(line: bytes) -> Page | None:
    try:
        headings, anchors, targets, links, undefined, whole, problem = json.loads(line)
        return Page(
            headings=tuple(Heading(*each) for each in headings),
            anchors=frozenset(anchors),
            targets=frozenset(targets),
            links=tuple(Link(*each) for each in links),
            undefined=tuple(Link(*each) for each in undefined),
            whole=bool(whole),
            problem=str(problem),
        )
    except (ValueError, TypeError, RecursionError):
        return None
