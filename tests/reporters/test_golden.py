"""Every reporter, byte for byte; ``QUALITYGATE_UPDATE_GOLDEN=1`` writes the files anew."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qualitygate import __version__, registry, reporters
from qualitygate.extension import Style
from tests.reporters import samples

REPORTERS = ("text", "json", "markdown", "github", "junit", "sarif", "html", "badge", "svg")
GOLDEN = Path(__file__).parent.parent / "golden"
SOURCES = sorted(Path(reporters.__path__[0]).glob("[a-z]*.py"))
RENDER_ALL = """
import sys
from qualitygate import registry
from qualitygate.extension import Style
from tests.reporters import samples
for name in sys.argv[1:]:
    print(ascii(registry.reporter(name).render(samples.every_outcome(), Style())))
"""


@pytest.mark.parametrize(
    "sample", ["every_outcome", "all_passed", "on_nothing", "changed_code", "known_findings", "required_documents"]
)
@pytest.mark.parametrize("name", REPORTERS)
def test_the_report_is_the_golden_file(name, sample):
    reporter = registry.reporter(name)
    told = reporter.render(getattr(samples, sample)(), Style())
    told = told.replace(f'"{__version__}"', '"VERSION"').replace(f"qualitygate {__version__}", "qualitygate VERSION")
    golden = GOLDEN / name / f"{sample}{reporter.suffix}"
    if os.environ.get("QUALITYGATE_UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(told, encoding="utf-8", newline="\n")
    assert golden.read_bytes().decode() == told


def test_hash_seed_locale_and_time_zone_change_nothing():
    printed = {
        subprocess.run(
            [sys.executable, "-c", RENDER_ALL, *REPORTERS],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed, locale, zone in [("1", "C", "UTC"), ("2", "de_DE.UTF-8", "Asia/Shanghai")]
    }
    assert len(printed) == 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_reporter_compares_a_value_with_a_bound(source):
    judging = {"holds", "below", "at_most", "at_least", "above", "numerator", "value_of", "amount"}
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Attribute) and node.attr in judging), ast.unparse(node)
        assert not (isinstance(node, ast.ImportFrom) and node.module == "qualitygate.evaluation")


@pytest.mark.parametrize("name", REPORTERS)
def test_colour_is_the_terminals_alone(name):
    plain, coloured = (registry.reporter(name).render(samples.every_outcome(), Style(color=on)) for on in (False, True))
    assert (plain == coloured) is (name != "text")
    assert "\x1b" not in plain


@pytest.mark.parametrize("name", [name for name in REPORTERS if name not in {"json", "badge"}])
def test_no_invisible_or_direction_changing_character_comes_through(name):
    reporter, style = registry.reporter(name), Style(verbose=True)
    told = reporter.render(samples.hostile(), style) + reporter.render(samples.changed_code(), style)
    assert not set(told) & set("\x00\x0b\x1b\u202d\u2069\u200b\ufffe\ud800\r")


@pytest.mark.parametrize("name", ["text", "github", "markdown", "junit"])
def test_a_verdict_on_nothing_never_reads_as_green(name):
    told = registry.reporter(name).render(samples.on_nothing(), Style())
    assert "nothing was examined" in told
    assert "the gate empty has no condition" in told
