"""The floors: imports go one way, and every module has its door."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from qualitygate import registry

ROOT = Path(__file__).parents[1]
WRITTEN = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = WRITTEN["project"]
ROOMS = {"readers": registry.reader, "measures": registry.measure, "reporters": registry.reporter}


def test_the_floors_are_kept():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_architecture_page_leads_to_every_decision():
    page = (ROOT / "docs" / "architecture.md").read_text()
    for path in sorted((ROOT / "docs" / "adr").glob("*.md")):
        assert f"](adr/{path.name})" in page


def test_the_architecture_page_draws_the_floors_that_are_held():
    page = (ROOT / "docs" / "architecture.md").read_text()
    drawn = page.partition("```text\n __main__")[2].partition("```")[0].splitlines()
    floors = WRITTEN["tool"]["importlinter"]["contracts"][0]["layers"]
    assert floors == ["__main__", *(line[1:].partition("   ")[0].strip() for line in drawn[1:])]


def modules(room: str) -> set[str]:
    inside = (ROOT / "qualitygate" / room).iterdir()
    return {f"qualitygate.{room}.{each.stem}" for each in inside if each.stem[0] not in "_." and is_module(each)}


def is_module(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def entry_points(room: str) -> dict[str, str]:
    return PROJECT["entry-points"][f"qualitygate.{room}"]


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_has_its_entry_point_and_every_entry_point_its_module(room):
    assert modules(room) == {target.partition(":")[0] for target in entry_points(room).values()}


@pytest.mark.parametrize(("room", "name"), [(room, name) for room in ROOMS for name in entry_points(room)])
def test_every_entry_point_can_be_loaded(room, name):
    assert ROOMS[room](name)


@pytest.mark.parametrize("room", ROOMS)
def test_the_installed_entry_points_are_the_declared(room):
    assert set(entry_points(room)) <= set(registry.names(f"qualitygate.{room}"))


def test_every_metric_carries_the_name_of_its_measure():
    for name in entry_points("measures"):
        assert all(metric.name.startswith(f"{name}.") for metric in registry.measure(name).metrics)
