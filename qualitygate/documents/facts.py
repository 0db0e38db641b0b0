"""What is found in a checkout of what a register declares: the files, their text, their past, their links."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from posixpath import join, normpath, relpath
from typing import Any

from qualitygate.documents import changelog, frontmatter, links, prose
from qualitygate.documents.page import Page
from qualitygate.documents.profiles import PROFILES
from qualitygate.documents.register import MIN_WORDS, Declared
from qualitygate.documents.site import MARKDOWN, RESTRUCTURED, SIZE_CAP, Root
from qualitygate.model.code import Code, is_glob
from qualitygate.model.documents import Document, Proportion, Review, Spot
from qualitygate.model.tree import Tree

UNCOMMITTED = date.max
"""The day of a change that is in no commit yet."""
OWNERS = ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_TEXTS = (*MARKDOWN, *RESTRUCTURED, ".txt", ".adoc", "")
_SPACE = re.compile(rb"\s+")
_DIGITS = r"[\d一二三四五六七八九十百]"
_NUMBER = re.compile(rf"^(?:第{_DIGITS}+[章节条]|[\d.]+|{_DIGITS}+、|[（(]{_DIGITS}+[)）])[\s.、]*")


class Facts:
    """Looks at the files of a tree on behalf of one register; each is read once."""

    __slots__ = ("_contents", "_owners", "_register", "_then", "_tree")

    def __init__(self, tree: Tree, declared: Declared, register: str) -> None:
        self._tree = tree
        self._register = register
        self._contents: dict[str, bytes] = {}
        self._owners = frozenset(declared.people) | frozenset(self._codeowners())
        self._then = tree.then(declared.start) if tree.then and declared.start else None

    def start_note(self, start: date | None) -> str:
        """Why it cannot be told what was there at the start; nothing where it can."""
        if start is None:
            return "the register does not say when the project started: start: 2026-01-05"
        if self._tree.then is None:
            return f"what was there on {start} cannot be told: {self._tree.unknown}"
        return "" if self._then is not None else f"no commit is as old as {start}"

    def document(self, line: int, values: Mapping[str, Any]) -> Document:
        """What is found of one document."""
        wanted = values["path"] or ""
        paths = self._matching(wanted, self._tree.paths)
        texts = [path for path in paths if path.endswith(_TEXTS[:-1]) or "." not in path.rpartition("/")[2]]
        changed, note = self._changed(texts)
        return Document(
            id=values["id"],
            title=values["title"] or "",
            line=line,
            wanted=wanted,
            paths=tuple(paths),
            stage=values["stage"],
            owner=values["owner"],
            owned=values["owner"] in self._owners,
            status=values["status"],
            doc_type=values["doc_type"],
            tailored_out=values["tailored_out"] or "",
            stubs=tuple(self._stubs(texts, values["min_words"])),
            gaps=tuple(self._gaps(line, paths, texts, values)),
            reviews=tuple(self._review(path, line, values) for path in paths),
            changed=changed,
            changed_note=note,
            at_start=None if self._then is None else bool(self._matching(wanted, self._then)),
            covers=tuple(normpath(join(self._tree.folder, glob)) for glob in values["covers"]),
        )

    def pages(self, globs: Sequence[str]) -> Iterator[Review]:
        """The reviews of all pages that match, of those that have a cadence."""
        paths = {path for glob in globs for path in self._matching(glob, self._tree.paths)}
        for path in sorted(path for path in paths if path.endswith((*MARKDOWN, *RESTRUCTURED))):
            review = self._review(path, 1, {"last_reviewed_on": None, "review_in": None})
            if review.cadence:
                yield review

    def links(self, declared: Declared) -> Proportion:
        """The internal links of the pages that the register names."""
        folders: dict[str, list[str]] = {}
        for values in declared.links:
            place = normpath(join(self._tree.folder, values["path"]))
            folders.setdefault("" if place == "." else place, []).append(values["profile"] or "github")
        roots = [
            Root(folder=folder, profiles=tuple(PROFILES[name] for name in dict.fromkeys(names)))
            for folder, names in folders.items()
        ]
        pages = links.pages_in(self._tree, [folder or "." for folder in folders])
        if not pages:
            return Proportion(note=f"there is no page at {', '.join(folder or '.' for folder in folders)}")
        found = links.check(self._tree, pages, roots=roots)
        spots = tuple(
            Spot(title=each.target or each.path, message=each.problem, path=self._shown(each.path), line=each.line)
            for each in found.dead
        )
        broken = [each for each in found.dead if each.kind not in ("undefined", "unreadable")]
        unreadable = [each for each in found.dead if each.kind == "unreadable"]
        total = found.internal + len(found.dead) - len(broken)
        note = f"{unreadable[0].path} {unreadable[0].problem}" if unreadable else ""
        empty = "" if total else "no page has an internal link"
        return Proportion(good=total - len(found.dead), total=total, spots=spots, note=note or empty)

    def translations(self, declared: Declared) -> Proportion:
        """The translations that have the same tree of headings as what they translate."""
        spots = []
        for line, values in declared.translations:
            whole, part = (self._matching(values[key], self._tree.paths) for key in ("of", "in"))
            if not whole or not part:
                gone = values["of"] if not whole else values["in"]
                message = f"there is no file {gone}"
                spots.append(Spot(title=values["in"], message=message, path=self._register, line=line))
                continue
            spot = self._parity(whole[0], part[0])
            if spot:
                spots.append(spot)
        total = len(declared.translations)
        return Proportion(good=total - len(spots), total=total, spots=tuple(spots))

    def changelog(self, path: str, line: int) -> Proportion:
        """What is wrong with the change log."""
        placed = normpath(join(self._tree.folder, path))
        if placed not in self._tree.paths:
            return Proportion(note=f"there is no file {path}, which line {line} of {self._register} names")
        text = self._text(placed)
        spots = tuple(
            Spot(title=path, message=problem, path=self._shown(placed), line=at)
            for at, problem in changelog.problems(text)
        )
        return Proportion(total=len(spots), spots=spots)

    def api(self, folders: Sequence[str]) -> Proportion:
        """The public modules, classes and functions of Python packages that have a docstring."""
        from qualitygate.documents import api  # noqa: PLC0415 - griffe is slow to import

        paths = [
            path
            for path in sorted(self._tree.paths)
            for folder in folders
            if path.endswith(".py") and Code(include=(normpath(join(self._tree.folder, folder)),)).has(path)
        ]
        return api.documented([(path, self._text(path)) for path in dict.fromkeys(paths)], folders)

    # One file

    def _matching(self, glob: str, paths: frozenset[str]) -> list[str]:
        """The files that a path or a glob from the policy's folder means."""
        placed = normpath(join(self._tree.folder, glob)) if glob else ""
        if not placed or placed in paths:
            return [placed] if placed else []
        if not is_glob(placed):
            return []
        code = Code(include=(placed,))
        return sorted(path for path in paths if code.has(path))

    def _folder(self, written: str) -> bool:
        """Whether what is written is neither a file nor a glob, but the folder of what it means."""
        placed = normpath(join(self._tree.folder, written))
        return placed not in self._tree.paths and not any(sign in written for sign in "*?[")

    def _shown(self, path: str) -> str:
        """A path as it is from the policy's folder."""
        return relpath(path, self._tree.folder) if self._tree.folder else path

    def _content(self, path: str) -> bytes:
        if path not in self._contents:
            try:
                with self._tree.open(path) as stream:
                    self._contents[path] = stream.read(SIZE_CAP)
            except OSError:
                self._contents[path] = b""
        return self._contents[path]

    def _text(self, path: str) -> str:
        return self._content(path).decode("utf-8-sig", "replace")

    def _codeowners(self) -> Iterator[str]:
        for path in OWNERS:
            if path in self._tree.paths:
                for line in self._text(path).splitlines():
                    yield from line.partition("#")[0].split()[1:]

    def _stubs(self, paths: Sequence[str], least: int | None) -> Iterator[Spot]:
        words, needed, stubs = 0, MIN_WORDS if least is None else least, 0
        for path in paths:
            text = self._text(path)
            body = text[frontmatter.of(text, restructured=path.endswith(RESTRUCTURED)).length :]
            above = text.count("\n", 0, len(text) - len(body))
            found = prose.of_markdown(body) if path.endswith(MARKDOWN) else prose.of_plain(body)
            words += found.words
            if len(paths) > 1 and found.words < min(needed, MIN_WORDS):
                stubs += 1
                yield self._stub(path, found.words, min(needed, MIN_WORDS))
            for line, word in found.placeholders:
                yield Spot(
                    title=path,
                    message=f"holds {word}: write what is missing",
                    path=self._shown(path),
                    line=line + above,
                )
        if paths and words < needed and not stubs:
            yield self._stub(paths[0], words, needed)

    def _stub(self, path: str, words: int, needed: int) -> Spot:
        counted = f"{words} word{'' if words == 1 else 's'}"
        message = f"is a stub: {counted}, needs {needed}: write more, or lower min_words"
        return Spot(title=path, message=message, path=self._shown(path), line=1)

    def _gaps(self, line: int, paths: Sequence[str], texts: Sequence[str], values: Mapping[str, Any]) -> Iterator[Spot]:
        wanted = values["path"] or ""
        if paths and self._folder(wanted):
            message = f"{wanted} is a folder, which may hold anything: name the file, or write {wanted.rstrip('/')}/**"
            yield Spot(title=wanted, message=message, path=self._register, line=line)
        if values["headings"] and paths:
            known = {_plain(heading.plain) for path in texts for heading in self._page(path).headings}
            for wanted in values["headings"]:
                if not any(_plain(each) in known for each in wanted.split("|")):
                    yield Spot(
                        title=wanted,
                        message=f"the heading {wanted!r} is missing: write that section",
                        path=self._shown(paths[0]),
                        line=1,
                    )
        for path in paths:
            if not self._content(path):
                yield Spot(title=path, message="is empty or cannot be opened", path=self._shown(path), line=1)
            elif path not in texts and values["sha256"] is None:
                message = f"{path} is no text: give its sha256, {self._hash(path)}"
                yield Spot(title=path, message=message, path=self._register, line=line)
            elif values["sha256"] not in (None, self._hash(path)):
                message = f"its SHA-256 is {self._hash(path)}, not the register's: review it and write the new one"
                yield Spot(title=path, message=message, path=self._register, line=line)

    def _page(self, path: str) -> Page:
        return links.load(self._tree, path) if path.endswith((*MARKDOWN, *RESTRUCTURED)) else Page()

    def _hash(self, path: str) -> str:
        return hashlib.sha256(self._content(path)).hexdigest()

    def _review(self, path: str, line: int, values: Mapping[str, Any]) -> Review:
        """What a page says of its review, else what the register says."""
        text = self._text(path) if path.endswith(_TEXTS[:-1]) else ""
        front = frontmatter.of(text, restructured=path.endswith(RESTRUCTURED))
        told, at = front.found("last_reviewed_on")
        span, span_at = front.found("review_in")
        where = self._shown(path)
        if told is None and (values["last_reviewed_on"] is not None or not path.endswith((*MARKDOWN, *RESTRUCTURED))):
            told, at, where = values["last_reviewed_on"], line, self._register
        span = span if span is not None else values["review_in"]
        cadence = told is not None or span is not None
        review = partial(Review, path=where, line=at, cadence=cadence)
        if front.problem:
            return review(problem=front.problem)
        if told is None:
            return review(problem="has no last_reviewed_on")
        try:
            reviewed = frontmatter.day(told)
        except ValueError as error:
            return review(problem=f"last_reviewed_on {error}")
        if span is None:
            return review(reviewed=reviewed, problem="has no review_in, the time for which a review holds")
        try:
            return review(reviewed=reviewed, due=frontmatter.after(reviewed, span))
        except ValueError as error:
            return review(reviewed=reviewed, line=span_at, problem=f"review_in {error}")

    def _changed(self, paths: Sequence[str]) -> tuple[date | None, str]:
        """The day of the last change of content of some texts, front matter and white space aside."""
        if self._tree.past is None:
            return None, f"when it was last changed cannot be told: {self._tree.unknown}"
        days = [self._changed_on(path) for path in paths]
        return max((day for day in days if day), default=None), ""

    def _changed_on(self, path: str) -> date | None:
        assert self._tree.past is not None
        known = _bare(path, self._content(path))
        last: date | None = UNCOMMITTED
        for change in self._tree.past(path):
            content = change.content()
            if content is None or _bare(path, content) != known:
                return last
            last = change.at.date()
        return last

    def _parity(self, whole: str, part: str) -> Spot | None:
        """The first heading in which a translation departs."""
        first, second = (self._page(path).headings for path in (whole, part))
        for one, other in zip(first, second, strict=False):
            if one.level != other.level:
                message = (
                    f"{other.text!r} is of level {other.level}, where {whole} has {one.text!r} of level {one.level}"
                )
                return Spot(title=part, message=message, path=self._shown(part), line=other.line or 1)
        if len(first) == len(second):
            return None
        longer, path = (first, part) if len(first) > len(second) else (second, whole)
        lost = longer[min(len(first), len(second))]
        return Spot(title=part, message=f"{path} has no heading for {lost.text!r}", path=self._shown(part), line=1)


def _plain(text: str) -> str:
    """A heading without its number, case and outer space."""
    return _NUMBER.sub("", text.strip()).strip().casefold()


def _bare(path: str, content: bytes) -> bytes:
    """What a change must touch to be one of content."""
    text = content.decode("utf-8", "replace")
    length = frontmatter.of(text, restructured=path.endswith(RESTRUCTURED)).length
    return _SPACE.sub(b" ", text[length:].encode("utf-8", "replace")).strip()
