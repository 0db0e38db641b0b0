"""A change log held against Keep a Changelog."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents.changelog import problems

GOOD = """\
# Changelog

## [Unreleased]

### Added

- x

## [1.10.0] - 2026-11-20

### Fixed

## [1.9.0-rc.2] - 2026-11-20 [YANKED]

## v1.9.0-rc.1 - 2026-01-01

```
## not a release
```
"""


def test_a_change_log_in_form_has_no_problem():
    assert [] == list(problems(GOOD))
    assert [] == list(problems((Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("### Added", "### Fixd", 5, "the section 'Fixd' is none of"),
        ("2026-11-20\n", "2026-13-40\n", 9, "the version 1.10.0 has no day"),
        ("[1.10.0] - 2026-11-20", "[1.10.0]", 9, "the version 1.10.0 has no day"),
        ("[1.10.0]", "[1.8.0]", 13, "the version 1.9.0-rc.2 is newer than 1.8.0"),
        ("1.9.0-rc.2", "1.9.0-rc.1", 15, "the version 1.9.0-rc.1 is there twice"),
        ("2026-01-01", "2026-12-01", 15, "1.9.0-rc.1 is from 2026-12-01, later than 1.9.0-rc.2"),
        ("[1.10.0] - 2026-11-20", "Next - 2026-11-20", 9, "the heading 'Next - 2026-11-20' is no version"),
        ("v1.9.0-rc.1 - 2026-01-01", "[Unreleased]", 15, "what is unreleased stands below a release"),
    ],
)
def test_each_departure_is_told_with_its_line(old, new, line, message):
    (found,) = problems(GOOD.replace(old, new, 1))
    assert line == found[0]
    assert message in found[1]


def test_no_release_at_all_is_a_problem():
    assert [(1, "there is no heading of a release")] == list(problems("# Changelog\n"))


@given(st.text(alphabet=st.sampled_from(list("# [](){}v10.-–\n`aU")), max_size=80))
def test_whatever_a_change_log_holds_it_is_held_against_the_form(text):
    assert all(line >= 1 and message for line, message in problems(text))
