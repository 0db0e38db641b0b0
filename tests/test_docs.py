"""The documentation is complete, has nothing that is gone, and shows what the commands really print.

``QUALITYGATE_UPDATE_DOCS=1 pytest tests/test_docs.py`` writes the output of every example anew.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest

import qualitygate
from qualitygate import cli, exits, registry
from qualitygate.config import schemas
from qualitygate.model.measurement import Metric

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
FENCE = re.compile(r"^(`{3,}|:{3,}).*?^\1$\n?", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
BUILT_IN = ("readers", "measures", "reporters")


# Reading the pages


@cache
def prose(page: str) -> str:
    """A page without its code blocks."""
    return FENCE.sub("", (DOCS / page).read_text(encoding="utf-8"))


@cache
def sections(page: str) -> dict[tuple[str, ...], str]:
    """The text below each heading, by the headings it stands under."""
    parts = HEADING.split(prose(page))
    found: dict[tuple[str, ...], str] = {}
    path: list[str] = []
    for marks, title, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        del path[len(marks) - 1 :]
        path.append(title.replace("`", ""))
        assert tuple(path) not in found, f"{page} has the heading {path} twice"
        found[tuple(path)] = text
    return found


def titles(page: str, *under: str) -> list[str]:
    """The headings right below those named, which leave out the page's own title."""
    return [path[-1] for path in sections(page) if path[1:-1] == under and len(path) > 1]


def definitions(page: str) -> list[str]:
    """The terms of a page's definition lists."""
    return re.findall(r"^`([^`]+)`\n: ", prose(page), re.MULTILINE)


def one_line(text: str) -> str:
    return " ".join(text.replace("`", "").replace("\\*", "*").split())


# What there is


def own(group: str) -> list[str]:
    """What our own distribution registers; a developer may have plug-ins installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["entry-points"][f"qualitygate.{group}"])


def catalogue() -> list[Metric]:
    return [metric for name in own("measures") for metric in registry.measure(name).metrics]


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli.root)
    for name in cli.COMMANDS:
        command = cli.root.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"qualitygate {name} {below}", each) for below, each in command.commands.items())
        else:
            yield f"qualitygate {name}", command


def options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield next(text for text in parameter.opts if text.startswith("--"))


def slugs() -> set[str]:
    """Every slug in the code: of a problem, of a refused report, of a gap."""
    return {slug for file in (ROOT / "qualitygate").rglob("*.py") for slug in _slugs_in(file)}


def _slugs_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "slug" for t in node.targets):
            yield from _texts(node.value)
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if (
                called in ("Problem", "CannotReadReport", "CannotUseGitHub", "CannotUsePack", "problem", "_problem")
                and node.args
            ):
                yield from _texts(node.args[0])
            if called in ("Gap", "_gap"):
                yield from (text for word in node.keywords if word.arg == "slug" for text in _texts(word.value))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def keys(schema: dict[str, Any]) -> list[str]:
    """The keys of an object, and those of objects within it that have keys of their own: ``expect.files``."""
    found = []
    for name, value in schema["properties"].items():
        found.append(name)
        found += [f"{name}.{below}" for below in value.get("properties", ())]
    return found


POLICY = schemas.schema("policy")
KEYS = {
    "The file": keys(POLICY),
    "Evidence entries": keys(POLICY["definitions"]["evidence"]),
    "Support": keys(POLICY["definitions"]["support"]),
    "Business calendars": keys(POLICY["definitions"]["calendar"]),
    "Support targets": keys(POLICY["definitions"]["targets"]),
    "Conditions": keys(POLICY["definitions"]["condition"]),
    "Clauses of a contract": keys(POLICY["definitions"]["clause"]),
    "Waiver records": keys(schemas.schema("waivers")["items"]),
    "Quarantine records": keys(schemas.schema("quarantine")["items"]),
}


# What is documented


@pytest.mark.parametrize("measure", own("measures"))
def test_the_catalogue_and_its_page_name_the_same_metrics(measure):
    assert titles("metrics.md", measure) == [metric.name for metric in registry.measure(measure).metrics]


@pytest.mark.parametrize("metric", catalogue(), ids=lambda metric: metric.name)
def test_a_metric_is_documented_as_the_catalogue_has_it(metric):
    text = one_line(sections("metrics.md")[("Metrics", metric.name.partition(".")[0], metric.name)])
    assert f"Formula: {one_line(metric.formula)}." in text
    assert f"Unit: {metric.unit.value}, of {metric.noun}." in text
    assert f"Better: {metric.better.value}." in text
    assert f"Source: {metric.source}." in text
    assert "NO DATA" in text
    assert metric.relative is ("--baseline" in text)


@pytest.mark.parametrize(("group", "page"), [("readers", "readers.md"), ("measures", "metrics.md")])
def test_readers_and_measures_have_their_headings(group, page):
    assert own(group) == [title for title in titles(page) if title in own(group)]


@pytest.mark.parametrize("reporter", own("reporters"))
def test_a_reporter_has_its_heading(reporter):
    assert any(reporter in re.findall(r"[\w-]+", title) for title in titles("reporters.md"))


def test_every_command_has_its_heading_and_every_heading_its_command():
    assert [name for name, _ in commands()] == [title for title in titles("cli.md") if title.startswith("qualitygate")]


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=[name for name, _ in commands()])
def test_every_option_has_its_heading(name, command):
    shared = {title.split(",")[0] for title in titles("cli.md", "Shared options")}
    of_its_own = {title.split(",")[0] for title in titles("cli.md", name)}
    assert of_its_own <= set(options(command))
    assert set(options(command)) <= shared | of_its_own
    said = one_line(sections("cli.md")[("Commands", name)])
    assert set(options(command)) - of_its_own == set(re.findall(r"--[a-z-]+", said.partition("Shared options:")[2]))


def test_every_exit_code_has_its_heading():
    codes = (exits.MET, exits.NOT_MET, exits.USAGE, exits.NO_DATA, exits.REMOTE, exits.BUG)
    assert [str(code) for code in codes] == [title.partition(":")[0] for title in titles("exit-codes.md")]


@pytest.mark.parametrize("section", KEYS)
def test_a_section_of_the_policy_page_has_the_keys_of_the_schema(section):
    assert KEYS[section] == titles("policy.md", section)


def test_every_error_slug_has_its_heading_and_every_heading_its_slug():
    documented = [title for path in sections("errors.md") if len(path) == 3 for title in [path[-1]]]
    assert sorted(slugs()) == sorted(documented)


def test_every_public_name_is_defined_and_every_definition_is_public():
    assert sorted(qualitygate.__all__) == sorted(definitions("library.md"))


def test_the_architecture_page_names_every_file():
    files = {path.relative_to(ROOT / "qualitygate").as_posix() for path in (ROOT / "qualitygate").rglob("*.py")}
    named = set(re.findall(r"^- `([\w/]+\.py)`", prose("architecture.md"), re.MULTILINE))
    assert {file for file in files if file.rpartition("/")[2] != "__init__.py" or file in named} == named


# Links


def anchors(page: Path) -> set[str]:
    """The anchors of a page, as GitHub and MyST make them."""
    found: set[str] = set()
    for _, title in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        anchor = re.sub(r"[^\w -]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()).replace(" ", "-")
        number = 1
        while (new := anchor if number == 1 else f"{anchor}-{number - 1}") in found:
            number += 1
        found.add(new)
    return found


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text(encoding="utf-8"))):
        name, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", name):
            continue
        file = page if not name else page.parent / name
        assert file.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(file), f"{page.name} links to {target}"


def test_every_page_is_in_a_table_of_contents():
    listed = set()
    for page in PAGES:
        for block in re.findall(
            r"^```\{toctree\}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            for entry in filter(None, (line for line in block.splitlines() if not line.startswith(":"))):
                found = list(page.parent.glob(f"{entry}.md"))
                assert found, f"{page.name} lists {entry}"
                listed.update(found)
    assert set(PAGES) - listed == {DOCS / "index.md"}


def test_the_site_builds_without_a_warning(tmp_path):
    for module in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(module, reason=f"{module} is not installed: the dependency group docs")
    command = [sys.executable, "-m", "sphinx", "-nW", "--keep-going", "-q", "-b", "html", "-d", tmp_path / "trees"]
    run = subprocess.run([*command, DOCS, tmp_path / "html"], capture_output=True, text=True, check=False)
    assert (0, "") == (run.returncode, run.stderr)


def test_nobody_is_told_to_install_another_project():
    for page in [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]:
        assert not re.search(r"pip install (?:-\S+ )*\"?qualitygate(?!-ci)", page.read_text(encoding="utf-8")), (
            page.name
        )


# Examples: a code block with a caption is a file, a console block is run

EXAMPLE = re.compile(
    r"^```\{code-block\} \w+\n:caption: (?P<file>\S+)\n\n(?P<text>.*?)^```$|^```console\n(?P<console>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
STARTS_WITH = re.compile(r"^% starts with the files of (\S+)$", re.MULTILINE)
STARTS_WITH_FOLDER = re.compile(r"^% starts with the folder (\S+)$", re.MULTILINE)
EXAMPLES = [page.relative_to(DOCS).as_posix() for page in PAGES if "\n```console\n" in page.read_text(encoding="utf-8")]
OTHERS = {"pytest-plugin.md", "benchmarks.md", "example-webshop.md"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are bash")
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in OTHERS])
def test_every_example_prints_what_the_page_shows(name, tmp_path):
    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    folder = tmp_path / "shop"
    folder.mkdir()
    for other in STARTS_WITH_FOLDER.findall(text):
        shutil.copytree(ROOT / other, folder, dirs_exist_ok=True)
    for other in STARTS_WITH.findall(text):
        for match in EXAMPLE.finditer((DOCS / other).read_text(encoding="utf-8")):
            _write(folder, match)
    status, parts, at = 0, [], 0
    for match in EXAMPLE.finditer(text):
        _write(folder, match)
        if match["console"] is not None:
            parts.append(text[at : match.start("console")])
            at = match.end("console")
            for command in re.findall(r"^\$ (.*(?:(?<=\\)\n.*)*)$", match["console"], re.MULTILINE):
                status, printed = _run(command, status, folder)
                parts.append(f"$ {command}\n{printed}")
    shown = "".join([*parts, text[at:]])
    if os.environ.get("QUALITYGATE_UPDATE_DOCS"):
        page.write_text(shown, encoding="utf-8")
    assert text == shown


def _write(folder: Path, match: re.Match[str]) -> None:
    if match["file"] is not None:
        file = folder / match["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(match["text"], encoding="utf-8")
        if file.name == "pyproject.toml":
            _install(file)


def _install(project: Path) -> None:
    """What an installer leaves behind: the project's metadata, here beside it."""
    data = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    info = project.parent / f"{data['name'].replace('-', '_')}-{data['version']}.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {data['name']}\nVersion: {data['version']}\n")
    groups = (
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
        for group, points in data["entry-points"].items()
    )
    (info / "entry_points.txt").write_text("\n".join(groups))


def _run(command: str, status: int, folder: Path) -> tuple[int, str]:
    environ = {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    run = subprocess.run(
        ["bash", "-c", f"(exit {status}); {command}"],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    printed = run.stdout.replace(os.path.realpath(folder), "/home/you/shop").replace(str(folder), "/home/you/shop")
    printed = "\n".join(line.rstrip() for line in printed.splitlines())
    return run.returncode, f"{printed}\n" if printed else ""


def test_the_published_schemas_are_json():
    for kind in schemas.FILES:
        assert json.loads(schemas.text(kind))["$schema"] == "http://json-schema.org/draft-07/schema#"
