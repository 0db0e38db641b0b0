"""Registers of defects: what is read of each container, and what is refused with its line."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotReadReport
from qualitygate.model.defects import SEVERITIES, Defect
from qualitygate.readers.defects import FOUND_IN, READER, RESOLUTION, SEVERITY, STATE
from tests.samples import source

from .reading import sample
from .test_hostile_json import HEADS


def register(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found


def defects(content, **rules) -> tuple[Defect, ...]:
    return register(content, **rules).defects


def one(**fields) -> Defect:
    """The defect that a record of one field, and an id, stands for."""
    (found,) = defects(json.dumps([{"id": "D-1", **fields}]))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        defects(content)
    return str(refused.value)


def issue(number=12, *labels, **fields):
    plain = {"number": number, "title": "t", "state": "OPEN", "labels": [{"name": label} for label in labels]}
    return {**plain, **fields}


def of_issues(*issues) -> tuple[Defect, ...]:
    return defects(json.dumps(issues))


def test_a_csv_register_is_read_with_its_lines():
    found = defects(sample("defects/register.csv"))
    assert [("D-1", 2), ("D-2", 3), ("D-3", 5), ("D-4", 6), ("D-5", 7), ("D-6", 8)] == [
        (each.id, each.line) for each in found
    ]
    assert ["critical", "high", "high", None, "low", None] == [each.severity for each in found]
    assert "Total is off\nby one cent; rounding" == found[1].title


def test_a_record_is_read_whole():
    assert (
        Defect(
            id="D-1",
            title="Voucher is taken twice",
            severity="critical",
            found_in="after",
            release="1.4",
            opened=datetime(2026, 9, 3, tzinfo=UTC),
            closed=datetime(2026, 9, 4, tzinfo=UTC),
            state="closed",
            reopened=0,
            resolution="fixed",
            url="https://tracker.example.com/D-1",
            line=2,
        )
        == defects(sample("defects/register.csv"))[0]
    )


def test_a_yaml_register_is_read_with_its_lines_and_a_version_keeps_its_zero():
    found = defects(sample("defects/register.yml"))
    assert [("D-1", "1.10", 3), ("2", "1.10", 10)] == [(each.id, each.release, each.line) for each in found]
    assert ("low", "before", "open", 2) == (found[1].severity, found[1].found_in, found[1].state, found[1].reopened)


def test_a_json_register_is_read_with_its_lines():
    found = defects(sample("defects/register.json"))
    assert [("D-1", 2), ("2", 3), ("D-3", 4)] == [(each.id, each.line) for each in found]


@pytest.mark.parametrize("content", ['{"defects": [{"id": "D-1"}]}', '[{"id": "D-1"}]', "defects: [{id: D-1}]", "defects:\n- id: D-1", "id,title\nD-1,", "{defects: [{id: D-1}]}", "# ours\n---\ndefects:\n\n  # one\n  - {id: D-1}"])  # fmt: skip
def test_every_container_says_the_same(content):
    assert ["D-1"] == [each.id for each in defects(content)]


@pytest.mark.parametrize("content", ["[]", '{"defects": []}', "defects: []", "defects:\n", "id;found_in\n", "id,title"])
def test_a_register_of_no_defects_is_evidence_of_none(content):
    assert () == defects(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_register_may_be_encoded_and_parted_as_spreadsheets_do(encoding, delimiter, end):
    text = end.join(delimiter.join(row) for row in (("ID", "Found in", "Title"), ("D-1", "prod", "Größe")))
    (found,) = defects(text.encode(encoding))
    assert ("D-1", "after", "Größe") == (found.id, found.found_in, found.title)


def test_rows_without_any_cell_are_no_records():
    assert ["D-1"] == [each.id for each in defects("id;title\n;\nD-1;a\n;\n\n")]


def test_bytes_that_are_not_utf_8_are_refused_with_their_line():
    assert "byte 0xf6 in line 2 is no UTF-8; save it as UTF-8" in refusal("id;title\nD-1;Größe".encode("cp1252"))


def test_synonyms_mean_the_documented_word():
    assert ("critical", "low", "info") == (SEVERITY["blocker"], SEVERITY["minor"], SEVERITY["s5"])
    assert ("before", "after") == (FOUND_IN["testing"], FOUND_IN["customer"])
    assert ("closed", "wontfix") == (STATE["resolved"], RESOLUTION["not-planned"])
    assert set(SEVERITIES) == set(SEVERITY.values())


@pytest.mark.parametrize("written", ["Pre-Release", "pre_release", " pre release "])
def test_case_and_the_way_words_are_joined_change_nothing(written):
    assert "before" == one(found_in=written).found_in


def test_a_time_without_a_zone_is_in_the_zone_of_the_policy():
    (found,) = defects("id,opened\nD-1,2026-07-01", zone=ZoneInfo("Asia/Shanghai"))
    assert timedelta(hours=8) == found.opened.utcoffset()
    (found,) = defects("id,opened\nD-1,2026-07-01T10:00:00-05:00")
    assert datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=-5))) == found.opened


def test_what_is_not_told_is_not_known():
    found = one()
    assert (None, None, None, None) == (found.severity, found.found_in, found.release, found.reopened)


def test_without_a_state_the_date_of_closing_decides():
    assert ("closed", "open") == (one(closed="2026-11-20").state, one().state)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("severity", "hihg", "severity is 'hihg', which nobody knows; did you mean high?"),
        ("severity", 17, "severity is '17', which nobody knows; write one of critical, blocker"),
        ("found_in", "somewhere", "found_in is 'somewhere', which nobody knows"),
        ("opened", "20.11.2026", "opened is '20.11.2026', no date such as 2026-11-20"),
        ("opened", "0001-01-01", "opened is '0001-01-01', no date such as 2026-11-20"),
        ("reopened", "-1", "reopened is '-1', no whole number from 0"),
        ("reopened", True, "reopened is 'true', no whole number from 0"),
        ("release", 1.10, "release is a number with a point, which may have lost a zero; put it in quotes"),
        ("title", ["a"], "title is a list, not a text"),
        ("title", {}, "title is a mapping, not a text"),
        ("release", "1" * 201, "release is longer than 200 characters"),
        ("sevrity", "high", "has the unknown column 'sevrity'; did you mean severity?"),
        ("id", " ", "has no id"),
        ("id", None, "has no id"),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_line(field, value, said):
    assert f"line 1: {said}" in refusal(json.dumps([{"id": "D-1", field: value}]))


def test_every_problem_of_a_register_is_told_with_its_line():
    told = refusal("id,severity,found_in\nD-1,hihg,prod\n,low,prod\nD-3,low,prud\nD-1,low,qa\n")
    assert told == (
        "has 4 problems: line 2: severity is 'hihg', which nobody knows; did you mean high?; line 3: has no id; "
        "line 4: found_in is 'prud', which nobody knows; did you mean prod?; line 5: the id 'D-1' is also in line 2"
    )


def test_only_the_first_problems_are_told_and_how_many_more_there_are():
    told = refusal("id,severity\n" + "".join(f"D-{number},bad\n" for number in range(30)))
    assert told.startswith("has 30 problems: line 2: ")
    assert told.endswith(
        "line 11: severity is 'bad', which nobody knows; write one of " + ", ".join(SEVERITY) + "; and 20 more"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,severty\nD-1,low", "line 1: has the unknown column 'severty'; did you mean severity?"),
        ("id,title,id\nD-1,a,D-1", "line 1: has the column id a second time"),
        ("severity,title\nlow,a", "line 1: has no column id"),
        ("id,title\nD-1", "line 2: the header has 2 columns, this row 1"),
        ("id,title\nD-1,a,b", "line 2: the header has 2 columns, this row 3"),
        ('id,title\nD-1,"a\nD-2,b', "ends within quotes that open in line 2: cut off?"),
        ('id,title\nD-1,"a"b', "line 2 is no CSV"),
        ("id,title;state\nD-1,a;open", "has a header that comma and semicolon part equally well"),
        ("name,size\na,1", "has no known column in its first line 'name,size'"),
        ("- id: D-1", "line 1: is no mapping with the key 'defects'"),
        ("defect:\n- id: D-1", "has the key 'defect' besides or instead of 'defects'; did you mean it?"),
        ("defects:\n- id: D-1\n- D-2", "line 3: is 'D-2', not a record"),
        ("defects: [{id: a, id: b}]", "line 1: has the key 'id' a second time"),
        ("defects: {id: a}", "has something else than a list under 'defects'"),
        ("defects: [", "line 2: is not valid YAML"),
        ('{"defects": [], "more": 1}', "has the key 'more' besides"),
        ("{}", "has no key 'defects'"),
        ('{"defects": null}', "has something else than a list"),
        ('{"defects": [], "defects": [{"id": 1}]}', "has the key 'defects' twice"),
        ('[{"id": 1},\n{"id": 2, "id": 3}]', "line 2: has the key 'id' twice"),
        ('[{"id": 1}, {"id": 1}]', "line 1, record 2: the id '1' is also in line 1, record 1"),
        ('[{"id": 1}, []]', "line 1, record 2: is a list, not a record"),
        ('[{"id": 1}', "cut off?"),
        ("id,opened,closed\nD-1,2026-11-20,2026-11-19", "line 2: was closed on 2026-11-19, before it was opened on"),
        ("id,closed,state\nD-1,2026-11-20,open", "line 2: is open, and was closed on 2026-11-20"),
        (" \n", "is nothing but white space"),
    ],
)  # fmt: skip
def test_a_register_that_is_wrong_is_refused(content, said):
    assert said in refusal(content)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("qualitygate.records.SIZE_CAP", 20)
    assert "is larger than" in refusal("id,title\nD-1,abcdefghijkl")


def test_yaml_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("qualitygate.records.YAML_CAP", 10)
    assert "the most that is read as YAML" in refusal("defects: [{id: D-1}]")


def test_too_many_records_are_refused(monkeypatch):
    monkeypatch.setattr("qualitygate.records.RECORDS_CAP", 1)
    assert "has more than 1 records" in refusal("id,title\nD-1,\nD-2,")


@pytest.mark.parametrize("content", ["[" * 100_000, '{"defects":' * 20_000, "defects: " + "[" * 100_000])
def test_what_is_nested_too_deep_is_refused(content):
    assert refusal(content)


def test_no_more_problems_are_looked_for_than_anyone_reads():
    assert "has at least 1000 problems: " in refusal("id,severity\n" + "".join(f"{n},bad\n" for n in range(5_000)))
    told = refusal(json.dumps([{"id": 1, **{f"column {n}": n for n in range(5_000)}}]))
    assert told.startswith("has 10 problems: line 1: has the unknown column 'column 0'; ")


def test_long_names_and_blank_lines_take_no_time():
    begin = time.perf_counter()
    refusal(json.dumps([{"id": 1, "s" * 5_000_000: 1, "severity": "h" * 5_000_000}]))
    refusal(" \n" * 2_000_000 + "x")
    refusal("defects" + " " * 2_000_000)
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("head", [*HEADS, b"defects:" + b" \n" * 30_000, b" \n" * 30_000, b"#\n" * 30_000, b'[{"id":' * 9_000, b"[{" + b'"a"' * 20_000, b";" * 65_536, b'"' * 65_536], ids=range(len(HEADS) + 7))  # fmt: skip
def test_recognition_takes_no_time(head):
    begin = time.perf_counter()
    READER.recognises(head[:65_536])
    assert time.perf_counter() - begin < 1


# GitHub


def test_issues_exported_by_gh_are_defects():
    first, second = defects(sample("defects/gh.json"))
    assert (
        Defect(
            id="12",
            title="Voucher is taken twice",
            severity="critical",
            found_in="after",
            release="1.4",
            opened=datetime(2026, 9, 3, 8, 15, tzinfo=UTC),
            closed=datetime(2026, 9, 4, 10, tzinfo=UTC),
            state="closed",
            resolution="fixed",
            url="https://github.com/acme/shop/issues/12",
            line=2,
        )
        == first
    )
    assert ("open", 1, None) == (second.state, second.reopened, second.found_in)


def test_issues_of_the_rest_api_are_defects_and_pull_requests_are_not():
    found = defects(sample("defects/rest.json"))
    assert ["12", "14", "15"] == [each.id for each in found]
    assert ["wontfix", "duplicate", None] == [each.resolution for each in found]
    assert [("high", "before"), (None, None), ("medium", "after")] == [(each.severity, each.found_in) for each in found]
    assert "https://github.com/acme/shop/issues/12" == found[0].url


@pytest.mark.parametrize("label", ["severity: high", "severity:high", "severity/high", "Severity: HIGH"])
def test_a_label_tells_a_field_in_any_of_the_documented_forms(label):
    assert "high" == of_issues(issue(1, label))[0].severity


def test_labels_may_be_plain_texts():
    assert "high" == of_issues(issue(labels=["bug", "severity: high"]))[0].severity


@pytest.mark.parametrize(
    ("labels", "reason", "resolution"),
    [
        (["invalid"], "COMPLETED", "invalid"),
        (["duplicate", "invalid"], "", "duplicate"),
        (["wontfix"], None, "wontfix"),
        ([], "DUPLICATE", "duplicate"),
        ([], "NOT_PLANNED", "wontfix"),
        ([], "", None),
    ],
)
def test_labels_and_the_reason_of_closing_tell_the_resolution(labels, reason, resolution):
    assert resolution == of_issues(issue(1, *labels, state="CLOSED", stateReason=reason))[0].resolution


def test_an_export_does_not_tell_how_often_a_closed_issue_was_reopened():
    found = of_issues(
        issue(1, stateReason=""),
        issue(2, state="CLOSED", stateReason="COMPLETED"),
        issue(3, "reopened: 2", state="CLOSED", stateReason="COMPLETED"),
        issue(4),
    )
    assert [0, None, 2, None] == [each.reopened for each in found]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (issue(1, "severity: high", "severity: low"), "has two labels for severity: 'high' and 'low'"),
        (issue(1, "severity: hihg"), "severity is 'hihg', which nobody knows"),
        (issue(1, state="MERGED"), "state is 'merged', which nobody knows"),
        ({"number": 2, "title": "t", "state": "OPEN"}, "has no labels, which an issue has"),
        (issue(None), "has no id"),
    ],
)
def test_an_issue_that_is_wrong_is_refused(wrong, said):
    assert said in refusal(json.dumps([issue(99), wrong]))


# Recognition


@pytest.mark.parametrize(
    "head",
    [
        b"id,found_in\n",
        b"ID;Severity;State\r\n",
        b"\xef\xbb\xbfid\tseverity\tstate\n",
        "id;found_in\n".encode("utf-16"),
        b'{"defects": [',
        b"defects:\n  - id: D-1\n",
        b"# ours\n\ndefects: []\n",
        b'[{"id": "D-1", "found_in": "prod"}]',
        b'[{"number": 1, "title": "", "state": "OPEN", "labels": []}]',
        b'[{"number": 1, "title": "", "state": "OPEN", "labels": [], "body": "' + b"x" * 70_000,
    ],
)
def test_a_register_is_recognised(head):
    assert READER.recognises(head[:65_536])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"[]",
        b"{}",
        b"id,title\n",
        b"defects,file\n3,a.py\n",
        b"defects: 5\n",
        b"defects:\n  open: 5\n",
        b'{"defects": 5}',
        b'{"version": 1, "defects": []}',
        b'[{"check_name": "x", "fingerprint": "y", "severity": "major", "id": 1, "state": "open"}]',
        b'[{"id": 1, "iid": 2, "state": "opened", "severity": "UNKNOWN", "labels": []}]',
        b'[{"number": 1, "title": "", "state": "OPEN", "labels": [], "headRefName": "x"}]',
        b'[{"id": "a", "keyword": "Feature", "elements": []}]',
        b"id,severity,state,cve,package,version,fixed,path\n",
    ],
)
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)


# Whatever the bytes

VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.none(), max_size=1)
NAMES = st.sampled_from(
    ["id", "title", "severity", "opened", "closed", "state", "reopened", "number", "labels", "\ud800"]
)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES, max_size=3))
def test_any_records_are_read_or_refused(records):
    try:
        found = defects(json.dumps(records))
    except CannotReadReport:
        return
    assert len(found) <= len(records)


@given(st.text(alphabet="id,;\t\n\r\"'défects:-[]{}#& *!severity", max_size=60))
def test_any_text_is_read_or_refused(text):
    READER.recognises(text.encode())
    for content in (text, f"id,title\n{text}", f"defects:\n{text}"):
        try:
            defects(content)
        except CannotReadReport:
            continue


@pytest.mark.parametrize("name", ["register.csv", "register.yml", "register.json", "gh.json", "rest.json"])
@given(data=st.data())
def test_a_mutated_sample_is_read_or_refused(name, data):
    content = sample(f"defects/{name}")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(
            st.sampled_from([b"", b"\0", b'"', b"\n", b"{", b"- ", b";", b"&a *a"]) | st.binary(max_size=3)
        )
        content = content[:at] + piece + content[at + data.draw(st.integers(0, 3)) :]
    READER.recognises(content[:65_536])
    try:
        defects(content)
    except CannotReadReport:
        return
