"""What a site makes of Markdown: the anchors of its headings, and where a link may lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from qualitygate.documents import slugs
from qualitygate.documents.page import Heading
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one renderer.

    ``folds``: the case of a fragment does not matter. ``indexes`` are the files that a folder is shown by, in the order
    in which they are looked for; ``bare`` says whether a folder without one can be linked to. ``whole``: a path that
    begins with ``/`` begins at the root of the repository, else at that of the documents. ``leaves``: a link may lead
    to a file outside the root of the documents. ``suffixes`` may be left out of, or may stand for, that of a page.
    ``everywhere``: a fragment without a path may name a target of any page. ``targets``: it knows
    ``{#id}`` and ``(label)=``.
    """

    name: str
    anchors: Callable[[Iterable[Heading]], set[str]]
    folds: bool = False
    indexes: tuple[str, ...] = ("README.md", "readme.md", "Readme.md", "README.rst", "README.markdown", "README")
    bare: bool = True
    whole: bool = True
    leaves: bool = True
    suffixes: tuple[str, ...] = ()
    everywhere: bool = False
    targets: bool = False


def _github(headings: Iterable[Heading]) -> set[str]:
    return set(slugs.counted(slugs.github(heading.text) for heading in headings))


def _gitlab(headings: Iterable[Heading]) -> set[str]:
    return set(slugs.counted(slugs.gitlab(heading.text) for heading in headings))


def _mkdocs(headings: Iterable[Heading]) -> set[str]:
    return set(slugs.underscored(slugs.mkdocs(heading.plain) for heading in headings))


def _sphinx(headings: Sequence[Heading] | Iterable[Heading]) -> set[str]:
    """Those of MyST, and the identifiers that docutils gives the sections."""
    texts = [heading.plain for heading in headings]
    return {*slugs.counted(map(slugs.myst, texts)), *filter(None, map(slugs.docutils, texts))}


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="github", anchors=_github, folds=True),
        Profile(name="gitlab", anchors=_gitlab),
        Profile(
            name="mkdocs",
            anchors=_mkdocs,
            indexes=("index.md", "README.md"),
            bare=False,
            whole=False,
            leaves=False,
            targets=True,
        ),
        Profile(
            name="sphinx",
            anchors=_sphinx,
            indexes=("index.md", "index.rst"),
            bare=False,
            whole=False,
            suffixes=(".md", ".rst"),
            everywhere=True,
            targets=True,
        ),
    )
}
"""The renderers by name."""
