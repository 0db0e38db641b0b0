"""The example on a format's docs page is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualitygate import registry
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


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_of_a_page_is_read_as_the_page_says(name):
    (example,) = re.findall(r"```(?:xml|json|text)\n(.*?)```", (PAGES / f"{name}.md").read_text(), re.DOTALL)
    reader = registry.reader(name)
    assert reader.recognises(example.encode())
    (report,) = reader.read(source(example))
    assert EXAMPLES[name] == (*counts(merge([report])), pytest.approx(sum(report.seconds)))
    assert () == report.contradictions
