"""Holidays that a policy takes from a file: read where the policy is read, and every problem with its own line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitygate.config import Config
from qualitygate.config.holidays import SIZE_CAP
from qualitygate.errors import ConfigError, Problem
from qualitygate.pipeline import load_config
from tests.checkout import Checkout
from tests.conftest import write_files

POLICY = """\
version: 1
evidence: {unit: {files: unit.xml}}
gates: {g: [{metric: tests.failed, at_most: 0}]}
support:
  calendars:
    office:
      tz: Asia/Shanghai
      hours: {mon-fri: ['09:00-18:00']}
      holidays: HOLIDAYS
  targets: {normal: {resolution: 8h, calendar: office}}
"""
ICS = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nEND:VEVENT\nEND:VCALENDAR\n"
OCTOBER = date(2026, 10, 1)


def load(folder: Path, written: str, files: Mapping[str, str | bytes]) -> Config:
    write_files(folder, {"qualitygate.yml": POLICY.replace("HOLIDAYS", written), **files})
    return load_config(str(folder / "qualitygate.yml"))


def days(config: Config) -> set[date]:
    assert config.support is not None
    return set(config.support.terms["normal"].calendar.rules.holidays.dates)


def problems(folder: Path, written: str, files: Mapping[str, str | bytes]) -> list[Problem]:
    with pytest.raises(ConfigError) as refused:
        load(folder, written, files)
    return list(refused.value.problems)


@pytest.mark.parametrize("written", ["{file: a.ics}", "[{file: a.ics}]", "[CN, 12-25, {file: ./a.ics}]"])
def test_a_file_is_a_row_of_holidays(tmp_path, written):
    assert {OCTOBER} == days(load(tmp_path, written, {"a.ics": ICS}))


def test_a_file_lies_beside_the_folder_of_the_policy(tmp_path):
    write_files(tmp_path, {".github/qualitygate.yml": POLICY.replace("HOLIDAYS", "{file: q/a.ics}"), "q/a.ics": ICS})
    assert {OCTOBER} == days(load_config(str(tmp_path / ".github/qualitygate.yml")))


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    assert {OCTOBER} == days(load(tmp_path, "{file: a.ics}", {"a.ics": b"\xef\xbb\xbf" + ICS.encode()}))


def test_the_file_of_a_commit_is_read_where_the_policy_is_of_that_commit(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    checkout = Checkout(tmp_path)
    write_files(tmp_path, {"qualitygate.yml": POLICY.replace("HOLIDAYS", "{file: q/a.ics}"), "q/a.ics": ICS})
    checkout.commit()
    write_files(tmp_path, {"q/a.ics": ICS.replace("20261001", "20261002")})
    path = str(tmp_path / "qualitygate.yml")
    assert {OCTOBER} == days(load_config(path, ref="HEAD"))
    assert {date(2026, 10, 2)} == days(load_config(path))


def test_every_problem_of_a_file_has_its_line_in_that_file(tmp_path):
    wrong = ICS.replace("20261001", "20261301").replace("END:VCALENDAR\n", "BEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n")
    found = problems(tmp_path, "[XX, {file: q/a.ics}, {file: no.ics}]", {"q/a.ics": wrong})
    policy, ics = str(tmp_path / "qualitygate.yml"), os.path.relpath(tmp_path / "q/a.ics")
    assert {(policy, 9): 2, (ics, 3): 1, (ics, 5): 1} == Counter((each.file, each.line) for each in found)


UNREADABLE = {
    "not there": ("{file: no.ics}", "no.ics cannot be read: No such file"),
    "a folder": ("{file: q}", "q cannot be read: Is a directory"),
    "a name that no file has": (r'{file: "a\0.ics"}', "cannot be read: no file has such a name"),
    "no text": ("{file: q/b.ics}", "b.ics is not UTF-8 text: byte 2 is 0xff"),
    "too large": ("{file: q/c.ics}", "c.ics is larger than 2 MB"),
}


@pytest.mark.parametrize(("written", "words"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_told_where_it_is_named(tmp_path, written, words):
    files = {"q/a.ics": ICS, "q/b.ics": b"BE\xff", "q/c.ics": b"\n" * (SIZE_CAP + 1)}
    (found,) = problems(tmp_path, written, files)
    assert (str(tmp_path / "qualitygate.yml"), 9, 24) == (found.file, found.line, found.column)
    assert words in found.message


@pytest.mark.parametrize(
    ("written", "slug"),
    [("{file: ''}", "too-short"), ("{fil: a}", "missing-key"), ("{ics: x}", "missing-key"), ("3", "wrong-type")],
)
def test_a_row_of_another_form_is_a_mistake(tmp_path, written, slug):
    assert slug in {each.slug for each in problems(tmp_path, written, {})}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(ICS)), gone=st.integers(0, 30), new=st.binary(max_size=12))
def test_a_changed_file_is_read_or_refused_and_nothing_else(tmp_path, at, gone, new):
    with suppress(ConfigError):
        load(tmp_path, "{file: a.ics}", {"a.ics": ICS[:at].encode() + new + ICS[at + gone :].encode()})
