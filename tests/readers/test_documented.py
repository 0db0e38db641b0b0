"""The example on a format's docs page is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualitygate import registry
from qualitygate.model.coverage import KINDS
from qualitygate.model.findings import IssueSeverity
from qualitygate.model.population import merge
from tests.samples import counts, source

PAGES = Path(__file__).parents[2] / "docs" / "formats"
EXAMPLES = {  # passed, failed, errored, skipped, seconds
    "trx": (1, 0, 0, 1, 1.5),
    "nunit2": (1, 1, 0, 0, 1.52),
    "nunit3": (1, 0, 1, 0, 1.51),
    "xunit": (1, 0, 0, 1, 1.5),
    "robot": (1, 0, 0, 1, 1.6),
    "ctrf": (1, 1, 0, 0, 1.52),
    "gotest": (1, 1, 0, 0, 1.52),
    "tap": (2, 1, 0, 1, 1.52),
    "cucumber": (1, 0, 0, 1, 1.5),
    "pytest_json": (1, 1, 0, 0, 1.52),
    "pytest_reportlog": (1, 0, 0, 0, 1.5),
}

COVERAGE = {  # covered and total of lines, branches and functions
    "cobertura": ((2, 3), (1, 2), (0, 0)),
    "lcov": ((2, 3), (1, 2), (1, 1)),
    "jacoco": ((2, 3), (1, 2), (1, 1)),
    "clover": ((2, 3), (1, 2), (1, 1)),
    "go_cover": ((2, 3), (0, 0), (0, 0)),
    "coverage_json": ((2, 3), (1, 2), (1, 1)),
}

FINDINGS = {  # high, low and suppressed ones
    "sarif": (1, 1, 1),
    "codequality": (1, 1, 0),
    "checkstyle": (1, 1, 0),
}


def example_of(name: str) -> str:
    """The one example of a page."""
    (example,) = re.findall(r"```(?:xml|json|text)\n(.*?)```", (PAGES / f"{name}.md").read_text(), re.DOTALL)
    return example


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_page_is_read_as_the_page_says(name):
    example = example_of(name)
    reader = registry.reader(name)
    assert reader.recognises(example.encode())
    (report,) = reader.read(source(example))
    assert EXAMPLES[name] == (*counts(merge([report])), pytest.approx(sum(report.seconds)))
    assert () == report.contradictions


@pytest.mark.parametrize("name", COVERAGE)
def test_the_example_of_a_coverage_page_is_read_as_the_page_says(name):
    example = example_of(name)
    reader = registry.reader(name)
    assert reader.recognises(example.encode())
    (report,) = reader.read(source(example))
    assert COVERAGE[name] == tuple(report.coverage.share(kind) for kind in KINDS)
    assert () == report.contradictions


@pytest.mark.parametrize("name", FINDINGS)
def test_the_example_of_a_findings_page_is_read_as_the_page_says(name):
    example = example_of(name)
    reader = registry.reader(name)
    assert reader.recognises(example.encode())
    (report,) = reader.read(source(example))
    counting = [issue.severity for issue in report.issues if not issue.suppressed]
    high, low = (counting.count(severity) for severity in (IssueSeverity.HIGH, IssueSeverity.LOW))
    assert FINDINGS[name] == (high, low, len(report.issues) - len(counting))
    assert high + low == len(counting)
