"""``documents``: how the documents of a register stand, and whether the links of pages lead somewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from glob import escape
from typing import Any

import click

from qualitygate import __version__, checkout, pipeline, registry
from qualitygate.amounts import named, number, together
from qualitygate.cli.options import config_options, find, format_option, lang_option, now_option
from qualitygate.config import EvidenceEntry
from qualitygate.documents import links as checker
from qualitygate.documents.cache import Cache
from qualitygate.documents.links import DeadLink, Links
from qualitygate.documents.profiles import PROFILES
from qualitygate.documents.site import Root
from qualitygate.errors import ConfigError, Problem
from qualitygate.escaping import line, log_line, tree_path, workflow_data, workflow_property
from qualitygate.exits import MET, NO_DATA, NOT_MET
from qualitygate.extension import Context
from qualitygate.gathering import gather
from qualitygate.git import placed
from qualitygate.language import chosen, say, speaking
from qualitygate.model.evidence import ReadingRules
from qualitygate.model.tree import Tree
from qualitygate.nearest import near
from qualitygate.sections import worst_first

REGISTER = "quality/documents.yml"
"""Where a register of documents lies if nobody says otherwise."""


@click.group()
def documents() -> None:
    """Look after the documents."""


@documents.command()
@click.argument("register", type=click.Path(), required=False)
@format_option("text", "json")
@config_options
@now_option
@lang_option
def check(
    register: str | None,
    format_name: str,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
    lang: str | None,
) -> int:
    """Tell how each document of a REGISTER stands, whatever the gates say; exits 1 where one is not complete.

    Without REGISTER it is quality/documents.yml. A policy need not be there; where one is, its folder, time zone and
    language count.
    """
    from qualitygate.cli.register import as_json, as_text  # noqa: PLC0415 - links need none of it
    from qualitygate.sections import Register  # noqa: PLC0415

    policy = find(config_path)
    config = pipeline.load_config(policy, base_dir=base_dir) if policy else None
    spoken = chosen(lang, os.environ, config.lang if config else "")
    folder = config.base_dir if config else base_dir or ""
    zone = config.policy.zone if config else UTC
    name = os.path.relpath(register, folder or ".") if register else REGISTER
    rules = ReadingRules(zone=zone)
    entry = EvidenceEntry(name=name, files=(escape(name),), reader="documents", labels={}, rules=rules)
    context = Context(now=now, today=now.astimezone(zone).date())
    measured = registry.measure("documents").take(gather(entry, folder, now=now), context)
    found = next(each for each in measured if each.metric.name == "documents.completeness")
    if not found.register:
        click.echo(f"no evidence: {line(found.note)}", err=True)
        return NO_DATA
    told = Register(labels={}, entries=tuple(sorted(found.register, key=worst_first)))
    text = {"text": as_text, "json": as_json}[format_name](told, found, spoken)
    click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
    if not told.required:
        return NO_DATA
    return MET if told.complete == told.required else NOT_MET


@documents.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]...")
@click.option("--profile", "-p", "profiles", multiple=True, metavar="[ROOT=]NAME", help="How pages are shown.")
@click.option("--cache", type=click.Path(dir_okay=False), help="File to keep what is known of the pages in.")
@click.option("--external", is_flag=True, help="Ask for external addresses too; what does not answer is no finding.")
@format_option("text", "json", "github")
@lang_option
def links(
    paths: Sequence[str], profiles: Sequence[str], cache: str | None, external: bool, format_name: str, lang: str | None
) -> int:
    """Check that the internal links of pages lead somewhere; exits 1 where one does not.

    PATH is a page or a folder of them; without it all pages below the current folder are checked.
    """
    spoken = chosen(lang, os.environ)
    tree = checkout.tree(".")
    below = [_placed(path, tree) for path in paths or (".",)]
    roots = _roots(profiles, tree)
    pages = checker.pages_in(tree, below)
    if not pages:
        told = f"at {line(', '.join(paths))}" if paths else "below this folder"
        click.echo(f"no evidence: there is no page {told}", err=True)
        return NO_DATA
    found = _checked(tree, pages, roots, cache, external=external)
    if external:
        found, unknown = _asked(found, cache)
        for text in unknown:
            click.echo(line(text), err=True)
    with speaking(spoken):
        click.echo(FORMATS[format_name](found), nl=False)
    return NOT_MET if found.dead else MET


def _placed(path: str, tree: Tree) -> str:
    """A path as it is from the root of the tree."""
    root = os.path.abspath(os.path.join(*([os.pardir] * len(tree.folder.split("/")) if tree.folder else ["."])))
    return placed(path, root) or "."


def _checked(tree: Tree, pages: Sequence[str], roots: Sequence[Root], cache: str | None, *, external: bool) -> Links:
    if cache is None:
        return checker.check(tree, pages, roots=roots, urls=external)
    shown = [f"{root.folder}={profile.name}" for root in roots for profile in root.profiles]
    known = _opened(cache, tree, [__version__, *shown, "", *pages])
    found = None if external else known.answer()
    if found is None:
        watched = replace(tree, open=known.watched())
        found = checker.check(watched, pages, roots=roots, page=known.page, urls=external)
        _write(cache, known.lines(found))
    return found


def _write(path: str, lines: Iterable[bytes]) -> None:
    try:
        with open(f"{path}.new", "wb") as file:
            file.writelines(lines)
        os.replace(f"{path}.new", path)
    except OSError as error:
        raise ConfigError([Problem("output", f"cannot be written: {error.strerror}", file=path)]) from error


def _asked(found: Links, cache: str | None) -> tuple[Links, list[str]]:
    """The links with the external ones that are dead, and what is told of those that nobody knows."""
    import time  # noqa: PLC0415 - only external links pay for it
    from datetime import UTC, datetime  # noqa: PLC0415

    from qualitygate.documents import external  # noqa: PLC0415

    now = datetime.now(UTC)
    before = _read(f"{cache}.urls") if cache else "{}"
    fetch = external.fetcher(f"qualitygate/{__version__}")
    urls = [url for url in found.urls if external.askable(url)]
    answers = external.ask_all(urls, fetch, time.sleep, external.remembered(before, now))
    if cache:
        _write(f"{cache}.urls", [external.written(answers, before, now).encode()])
    dead, unknown = list(found.dead), []
    for url in urls:
        answer = answers[url.partition("#")[0]]
        if answer.state == external.UNKNOWN:
            unknown.append(f"unknown: {url} {answer.why}")
        elif answer.state == external.DEAD:
            dead += [
                DeadLink(path=path, line=at or 1, column=column or 1, target=url, kind="external", problem=answer.why)
                for path, at, column in found.urls[url]
            ]
    dead.sort(key=lambda each: (each.path, each.line, each.column, each.target))
    return replace(found, dead=tuple(dead)), unknown


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return "{}"


def _opened(path: str, tree: Tree, key: Sequence[str]) -> Cache:
    try:
        with open(path, "rb") as stored:
            return Cache(tree, key, stored)
    except OSError:
        return Cache(tree, key)


def _roots(profiles: Sequence[str], tree: Tree) -> list[Root]:
    """The roots that ``[ROOT=]NAME`` options name; a root that is named twice has both profiles."""
    found: dict[str, list[str]] = {}
    for text in profiles:
        root, _, name = text.rpartition("=")
        if name not in PROFILES:
            close = near(name, PROFILES, 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(PROFILES)}"
            raise ConfigError([Problem("usage", f"--profile {text}: there is no profile {name!r}", help=way_out)])
        folder = _placed(root, tree) if root else ""
        found.setdefault("" if folder == "." else folder, []).append(name)
    if not found:
        return [checker.EVERYWHERE]
    return [Root(folder=folder, profiles=tuple(PROFILES[name] for name in names)) for folder, names in found.items()]


def _text(found: Links) -> str:
    told = [f"{line(each.path)}:{each.line}:{each.column}: {_message(each)}" for each in found.dead]
    return "".join(f"{each}\n" for each in (*told, _result(found)))


def _json(found: Links) -> str:
    """As JSON, described by ``policies/documents-links.schema.json``."""
    shown = ("path", "line", "column", "target", "kind", "problem")
    dead = [{name: getattr(each, name) for name in shown} for each in found.dead]
    return json.dumps({"schema_version": 1, "examined": found.examined, "findings": dead}, indent=2) + "\n"


def _github(found: Links) -> str:
    return "".join(f"{each}\n" for each in (*map(_command, found.dead), log_line(line(_result(found)))))


def _command(each: DeadLink) -> str:
    path = tree_path(each.path)
    properties = {"title": "Link", **({"file": path, "line": each.line, "col": each.column} if path else {})}
    told = ",".join(f"{name}={workflow_property(str(value))}" for name, value in properties.items())
    return f"::error {told}::{workflow_data(line(_message(each)))}"


def _message(each: DeadLink) -> str:
    target = f"{line(each.target, 200)}: " if each.target else ""
    return f"{target}{line(each.problem)} [{each.kind}]"


def _result(found: Links) -> str:
    counts: Mapping[str, Any] = found.examined
    examined = together(f"{count:,} {named(name.replace('_', ' '), count)}" for name, count in counts.items())
    word = number("dead links", len(found.dead)) if found.dead else say("no dead link")
    return say("{one}; {other}", one=word, other=say("examined {what}", what=examined))


FORMATS: Mapping[str, Callable[[Links], str]] = {"text": _text, "json": _json, "github": _github}
