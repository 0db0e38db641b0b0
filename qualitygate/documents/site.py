"""A tree of pages, and where the links between them lead: files, folders, anchors, lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from qualitygate.documents.page import Link, Page
from qualitygate.documents.profiles import Profile
from qualitygate.model.tree import Tree
from qualitygate.nearest import near
from qualitygate.values import dataclass

MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")
RESTRUCTURED = (".rst", ".rest")
HTML = (".html", ".htm")
PAGES = (*MARKDOWN, *RESTRUCTURED)
SIZE_CAP = 32 * 1024**2
"""Bytes of a file that is looked into."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OURS = {"doc:", "ref:", "download:"}
_TEMPLATE = re.compile(r"\{\{|\{%|%7B%7B|%7B%25|<%|\$\{", re.IGNORECASE)
_LINES = re.compile(r"L(\d{1,7})(?:C\d+)?(?:-L?(\d{1,7})(?:C\d+)?)?")
_TEXT = re.compile(r":~:.*", re.DOTALL)
_SERVED = frozenset(
    {
        *("actions", "branches", "blob", "commit", "commits", "compare", "contributors", "deployments", "discussions"),
        *("edit", "graphs", "issues", "labels", "milestone", "milestones", "network", "packages", "projects", "pull"),
        *("pulls", "raw", "releases", "security", "stargazers", "tags", "tree", "watchers", "wiki", "-"),
    }
)
"""What a hosting site shows beside the files of a repository: ``../../issues`` leads there."""


class Fault(NamedTuple):
    """What is wrong with a link: its kind in a word, and a sentence part with the way out."""

    kind: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder of documents (empty for the whole tree), and the profiles of the sites that it is shown by."""

    folder: str
    profiles: tuple[Profile, ...]


class Site:
    """Follows links within a tree. Each page is read once, each target of a folder is looked up once."""

    __slots__ = (
        "_anchors",
        "_faults",
        "_folded",
        "_folders",
        "_labels",
        "_lines",
        "_page",
        "_paths",
        "_roots",
        "_tree",
    )

    def __init__(self, tree: Tree, roots: Sequence[Root], page: Callable[[str], Page]) -> None:
        self._tree = tree
        self._paths = tree.paths
        self._folders = {""}
        for path in tree.paths:
            while (path := path.rpartition("/")[0]) not in self._folders:
                self._folders.add(path)
        self._roots = sorted(roots, key=lambda root: -len(root.folder))
        self._page = page
        self._anchors: dict[tuple[str, str], frozenset[str]] = {}
        self._faults: dict[tuple[str, str, str], Fault | None] = {}
        self._folded: dict[str, str] | None = None
        self._labels: frozenset[str] | None = None
        self._lines: dict[str, int] = {}

    def root(self, path: str) -> Root:
        """The innermost root that a page is in; the last of the roots is the whole tree."""
        return next(root for root in self._roots if not root.folder or path.startswith(f"{root.folder}/"))

    def fault(self, path: str, link: Link) -> Fault | None:
        """What is wrong with a link of a page, by the first profile to which anything is."""
        root = self.root(path)
        local = link.target.startswith("#")
        begin = path if local else path.rpartition("/")[0]
        for profile in root.profiles:
            key = (profile.name, begin, link.target)
            if key not in self._faults:
                self._faults[key] = self._follow(path, link.target, root, profile)
            if found := self._faults[key]:
                several = len(root.profiles) > 1
                return Fault(found.kind, f"{found.problem} ({profile.name})") if several else found
        return None

    def _follow(self, page: str, target: str, root: Root, profile: Profile) -> Fault | None:
        scheme, _, rest = target.partition(":")
        if f"{scheme}:" in _OURS:
            return self._role(scheme, rest, page, root, profile)
        if not target.strip():
            return Fault("empty", "leads nowhere: it has no target")
        plain, _, fragment = target.partition("#")
        plain, fragment = unquote(plain.partition("?")[0]), unquote(_TEXT.sub("", fragment))
        path, fault = self._file(plain, page, root, profile) if plain else (page, None)
        if fault or path is None or not fragment:
            return fault
        if not plain and profile.everywhere and fragment.lower() in self._known_labels(root):
            return None
        return self._fragment(path, fragment, profile)

    def _role(self, role: str, target: str, page: str, root: Root, profile: Profile) -> Fault | None:
        """A role of Sphinx; to other sites it is no link."""
        if not profile.everywhere:
            return None
        if role == "ref":
            known = target.lower() in self._known_labels(root)
            return None if known else Fault("missing-anchor", f"no page has the label {target!r}")
        path, fault = self._file(target, page, root, profile)
        return fault or (None if path else Fault("missing", f"there is no document {target!r}"))

    def _known_labels(self, root: Root) -> frozenset[str]:
        if self._labels is None:
            within = f"{root.folder}/" if root.folder else ""
            pages = (path for path in self._paths if path.startswith(within) and path.endswith(PAGES))
            self._labels = frozenset(each.lower() for path in pages for each in self._labels_of(path))
        return self._labels | {"genindex", "modindex", "search", "py-modindex"}

    def _labels_of(self, path: str) -> frozenset[str]:
        page = self._page(path)
        return page.anchors | page.targets

    def _file(self, plain: str, page: str, root: Root, profile: Profile) -> tuple[str | None, Fault | None]:
        """The file that a path leads to, ``None`` for a folder; or what is wrong with it."""
        base = "" if profile.whole else root.folder
        rooted = plain.startswith("/")
        joined = posixpath.join(base, plain.lstrip("/")) if rooted else posixpath.join(posixpath.dirname(page), plain)
        path = posixpath.normpath(joined)
        path = "" if path == "." else path
        if path == ".." or path.startswith("../"):
            return None, self._outside(path, profile)
        if not profile.leaves and root.folder and not f"{path}/".startswith(f"{root.folder}/"):
            return None, Fault("outside", f"leaves the documents in {root.folder}/")
        if path in self._paths and not plain.endswith("/"):
            return path, None
        if path in self._folders:
            return self._index(path, profile)
        for suffix in profile.suffixes:
            for other in (f"{path}{suffix}", f"{path.removesuffix('.html')}{suffix}"):
                if other in self._paths:
                    return other, None
        return None, self._missing(path)

    def _outside(self, path: str, profile: Profile) -> Fault | None:
        beyond = next((part for part in path.split("/") if part != ".."), "")
        if profile.whole and beyond in _SERVED:
            return None
        return Fault("outside", "leaves the repository")

    def _index(self, folder: str, profile: Profile) -> tuple[str | None, Fault | None]:
        found = next((path for name in profile.indexes if (path := posixpath.join(folder, name)) in self._paths), None)
        if found is None and not profile.bare:
            names = " or ".join(profile.indexes)
            return None, Fault("folder", f"leads to the folder {folder}/, which has no {names}")
        return found, None

    def _missing(self, path: str) -> Fault:
        if self._folded is None:
            self._folded = {each.lower(): each for each in (*self._folders, *self._paths)}
        if path in self._paths:
            return Fault("missing", f"there is no folder {path}; it is a file")
        if other := self._folded.get(path.lower()):
            return Fault("case", f"there is no file {path}; the case differs from {other}")
        folder, _, name = path.rpartition("/")
        beside = [each.rpartition("/")[2] for each in self._paths if each.rpartition("/")[0] == folder]
        close = near(name[:200], beside, 1)
        return Fault("missing", f"there is no file {path}" + (f"; did you mean {close[0]}?" if close else ""))

    def _fragment(self, path: str, fragment: str, profile: Profile) -> Fault | None:
        lines = _LINES.fullmatch(fragment)
        if lines and not path.endswith(HTML):
            return self._line(path, int(lines[1]), int(lines[2] or lines[1]))
        if not path.endswith((*PAGES, *HTML)):
            return None
        known = self._known(path, profile)
        wanted = fragment.removeprefix("user-content-")
        if wanted in known or fragment in known or fragment == "top":
            return None
        if profile.folds and (wanted.lower() in known or fragment.lower() == "top"):
            return None
        folded = next((each for each in sorted(known) if each.lower() == wanted.lower()), None)
        if folded is not None:
            return Fault("anchor-case", f"{path} has no anchor #{fragment}; the case differs from #{folded}")
        close = near(wanted[:200], sorted(known), 1)
        return Fault(
            "missing-anchor", f"{path} has no anchor #{fragment}" + (f"; did you mean #{close[0]}?" if close else "")
        )

    def _line(self, path: str, first: int, last: int) -> Fault | None:
        if path not in self._lines:
            with self._tree.open(path) as stream:
                content = stream.read(SIZE_CAP)
            self._lines[path] = content.count(b"\n") + (not content.endswith(b"\n"))
        if 1 <= first <= last <= self._lines[path]:
            return None
        count = self._lines[path]
        return Fault("missing-line", f"{path} has {count:,} line{'' if count == 1 else 's'}")

    def _known(self, path: str, profile: Profile) -> frozenset[str]:
        """The anchors of a page on a site, folded where the site folds."""
        key = (profile.name, path)
        if key not in self._anchors:
            page = self._page(path)
            found = page.anchors if page.whole else page.anchors | profile.anchors(page.headings)
            found |= page.targets if profile.targets else frozenset()
            plain = {each.removeprefix("user-content-") for each in found} | found
            self._anchors[key] = frozenset(plain | {each.lower() for each in plain} if profile.folds else plain)
        return self._anchors[key]


def is_external(target: str) -> bool:
    """Whether a link leaves the tree: it names a scheme or a host."""
    scheme = _SCHEME.match(target)
    return target.startswith("//") or bool(scheme and scheme[0] not in _OURS)


def is_template(target: str) -> bool:
    """Whether a link is written for a template engine, which alone knows where it leads."""
    return _TEMPLATE.search(target) is not None


def reader_of(path: str) -> Callable[[str], Page]:
    """What makes a page of a file's text, by the file's name."""
    if path.endswith(RESTRUCTURED):
        from qualitygate.documents import restructured  # noqa: PLC0415 - docutils is slow to import

        return restructured.read
    from qualitygate.documents import markdown  # noqa: PLC0415

    return markdown.read_html if path.endswith(HTML) else markdown.read
