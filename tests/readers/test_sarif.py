"""SARIF logs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Style
from qualitygate.readers.sarif import READER
from qualitygate.reporters.sarif import REPORTER
from tests.reporters import samples

from .finding import evidence_of, issues, told
from .reading import sample


def log(*results, rules=(), name="lint", **run) -> str:
    driver = {"name": name, "rules": list(rules)}
    whole = {"tool": {"driver": driver}, "results": list(results), **run}
    return json.dumps({"version": "2.1.0", "runs": [whole]})


def at(uri: str, line: int | None = None, **more) -> dict:
    region = {"region": {"startLine": line}} if line else {}
    return {"locations": [{"physicalLocation": {"artifactLocation": {"uri": uri, **more}, **region}}]}


def result(**more) -> dict:
    return {"ruleId": "r", "message": {"text": "m"}, **more}


def one(*results, **run):
    (issue,) = issues(READER, log(*results, **run))
    return issue


def severity(told: dict, **rule) -> str:
    return one(result(**told), rules=[{"id": "r", **rule}]).severity.word


def test_a_real_log_says_what_its_tool_said():
    report, gaps = evidence_of(READER, sample("sarif/ruff.sarif"))
    assert (("ruff",), [], 6) == (report.tools, gaps, len(report.issues))
    assert ("F401", "high", "/home/ci/shop/cart.py", 1) == told(report)[0]


def test_suppressed_results_are_there_and_do_not_count():
    report, _ = evidence_of(READER, sample("sarif/eslint.sarif"))
    assert (7, 5) == (len(report.issues), len(told(report)))


def test_a_clean_run_is_a_tool_that_found_nothing():
    report, gaps = evidence_of(READER, sample("sarif/eslint-clean.sarif"))
    assert (("ESLint",), (), []) == (report.tools, report.issues, gaps)


def test_a_run_that_did_not_succeed_has_a_gap_that_says_why():
    _, (gap,) = evidence_of(READER, sample("sarif/eslint.sarif"))
    assert ("incomplete", "findings", {"suite": "lint"}) == (gap.slug, gap.kind, gap.labels)
    assert "ESLint says that its run did not succeed: Parsing error: Unexpected token =" == gap.found


def test_a_run_that_did_not_succeed_may_give_no_reason():
    notes = [{"level": "error", "message": {}}, {"level": "note", "message": {"text": "slow"}}]
    _, gaps = evidence_of(
        READER,
        log(
            invocations=[
                {"executionSuccessful": True},
                {"executionSuccessful": False, "toolExecutionNotifications": notes},
            ]
        ),
    )
    assert ["lint says that its run did not succeed"] == [gap.found for gap in gaps]


@pytest.mark.parametrize("kind", ["toolExecutionNotifications", "toolConfigurationNotifications"])
def test_a_run_that_notes_an_error_of_its_own_did_not_look_at_all(kind):
    notes = [{"level": "error", "message": {"text": "No such file or directory"}}]
    _, gaps = evidence_of(READER, log(invocations=[{"executionSuccessful": True, kind: notes}]))
    assert ["lint says that its run did not succeed: No such file or directory"] == [gap.found for gap in gaps]


def test_a_run_may_note_what_is_no_error():
    notes = [{"level": "warning", "message": {"text": "slow"}}]
    _, gaps = evidence_of(READER, log(invocations=[{"toolExecutionNotifications": notes}]))
    assert not gaps


@pytest.mark.parametrize("results", ["null", "{}", "7"])
def test_results_that_are_not_told_are_refused(results):
    with pytest.raises(CannotReadReport, match="run of lint without results") as refused:
        evidence_of(READER, log().replace('"results": []', f'"results": {results}'))
    assert "incomplete" == refused.value.slug


@pytest.mark.parametrize("content", ['{"version":"2.1.0","runs":[]}', '{"version":"2.1.0","runs":null}', "{}"])
def test_a_log_without_runs_is_refused(content):
    with pytest.raises(CannotReadReport, match="no tool looked at anything"):
        evidence_of(READER, content)


def test_a_run_without_results_is_refused_though_others_have_some():
    runs = [{"tool": {"driver": {"name": "a"}}, "results": []}, {"tool": {"driver": {"name": "b"}}}]
    with pytest.raises(CannotReadReport, match="run of b without"):
        evidence_of(READER, json.dumps({"runs": runs}))


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0", "3.0"])
def test_another_version_is_refused(version):
    with pytest.raises(CannotReadReport, match=f"is SARIF {version}; 2.1.0 is read"):
        evidence_of(READER, log().replace("2.1.0", version))


@pytest.mark.parametrize("content", ['{"runs":[[]]}', '{"runs":[{"results":[1]}]}', '{"runs":[{"results":[{}]}]} x'])
def test_another_structure_is_refused(content):
    with pytest.raises(CannotReadReport) as refused:
        evidence_of(READER, content)
    assert "malformed" == refused.value.slug


def test_several_runs_and_tools_are_one_report():
    runs = [
        {"tool": {"driver": {"name": name}}, "results": [result()] * count}
        for name, count in zip("aab", (1, 2, 0), strict=True)
    ]
    report, _ = evidence_of(READER, json.dumps({"version": "2.1.0", "runs": runs}))
    assert (("a", "b"), ["a", "a", "a"]) == (report.tools, [issue.tool for issue in report.issues])
    assert 3 == len({issue.fingerprint for issue in report.issues})


def test_the_tool_may_come_after_its_results():
    runs = [
        {
            "results": [result()],
            "tool": {"driver": {"name": "late", "rules": [{"id": "r", "defaultConfiguration": {"level": "note"}}]}},
        }
    ]
    (issue,) = issues(READER, json.dumps({"runs": runs}))
    assert ("late", "low") == (issue.tool, issue.severity.word)


def test_a_run_without_a_tool_has_one_called_unknown():
    report, _ = evidence_of(READER, '{"runs": [{"results": [{}]}]}')
    assert (("unknown",), [("", "medium", None, None)]) == (report.tools, told(report))


@pytest.mark.parametrize(
    ("level", "expected"),
    [("error", "high"), ("Warning", "medium"), ("note", "low"), ("none", "info"), ("x", "medium")],
)
def test_the_level_gives_the_severity(level, expected):
    assert expected == severity({"level": level})


def test_without_a_level_that_of_the_rule_counts():
    assert "low" == severity({}, defaultConfiguration={"level": "note"})
    assert "high" == severity({"level": "error"}, defaultConfiguration={"level": "note"})


def test_without_any_level_it_is_a_warning():
    assert "medium" == severity({})


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("9.0", "critical"), (10, "critical"), ("8.9", "high"), ("7.0", "high"), ("6.9", "medium"), ("4.0", "medium"),
        ("3.9", "low"), (0.1, "low"), ("0.0", "info"), ("null", "info"), ("undefined", "info"), ("NaN", "info"),
        (None, "info"), (True, "info"), ("-1", "info"),
        ("9,1", "critical"), ("CRITICAL", "critical"), ("High", "high"), ("medium", "medium"), ("low", "low"),
    ],
)  # fmt: skip
def test_security_severity_wins_over_the_level_where_it_is_a_number_above_0(score, expected):
    assert expected == severity({"level": "none"}, properties={"security-severity": score})


def test_the_security_severity_of_the_result_wins_over_that_of_the_rule():
    of_result = {"properties": {"security-severity": "9.1"}}
    assert "critical" == severity(of_result, properties={"security-severity": "1"})


@pytest.mark.parametrize(
    "given",
    [
        {"ruleId": "e"},
        {"ruleId": "e", "ruleIndex": 0, "rule": {"toolComponent": {"index": 0}}},
        {"rule": {"id": "e", "toolComponent": {"index": 0}}},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"ruleId": "e", "ruleIndex": 0},
        {"ruleId": "e", "ruleIndex": -1},
        {"ruleId": "e", "ruleIndex": 99, "rule": {"toolComponent": {"index": 99}}},
        {"ruleId": "e/sub/part", "rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"ruleId": "e/sub/part"},
    ],
)
def test_a_rule_is_found_by_index_and_by_name_in_extensions_too(given):
    low = {"defaultConfiguration": {"level": "note"}}
    tool = {
        "driver": {"name": "d", "rules": [{"id": "x"}]},
        "extensions": [{"name": "more", "rules": [{"id": "e", **low}]}],
    }
    (issue,) = issues(READER, json.dumps({"runs": [{"tool": tool, "results": [given]}]}))
    assert ("low", "e") == (issue.severity.word, issue.rule[:1])


@pytest.mark.parametrize("given", [{"ruleIndex": 7}, {"ruleIndex": "0"}, {"ruleIndex": True}, {"ruleId": "x/" * 400}])
def test_a_rule_that_is_not_there_is_no_error(given):
    assert (
        "medium"
        == one(
            {"message": {"text": "m"}, **given}, rules=[{"defaultConfiguration": {"level": "note"}}, 5]
        ).severity.word
    )


@pytest.mark.parametrize("kind", ["pass", "open", "informational", "notApplicable", "review", "PASS"])
def test_a_kind_that_is_no_failure_is_no_finding(kind):
    assert () == issues(READER, log(result(kind=kind)))


@pytest.mark.parametrize("kind", ["fail", "FAIL", "", None, "unheard of"])
def test_any_other_kind_counts(kind):
    assert one(result(kind=kind))


@pytest.mark.parametrize(
    ("suppressions", "expected"),
    [
        ([], False),
        (None, False),
        ([{"kind": "inSource"}], True),
        ([{"kind": "external", "status": "accepted"}], True),
        ([{"status": "rejected"}], False),
        ([{"status": "underReview"}], False),
        ([{"status": "accepted"}, {"status": "rejected"}], False),
        ([{"state": "accepted"}], True),
        ([{"state": "rejected"}], False),
        (["accepted"], False),
    ],
)
def test_a_result_is_suppressed_if_somebody_did_and_nobody_contests(suppressions, expected):
    assert expected is one(result(suppressions=suppressions)).suppressed


@pytest.mark.parametrize(
    ("state", "expected"),
    [("new", "new"), ("unchanged", "unchanged"), ("updated", "updated"), (None, None), ("x", None)],
)
def test_a_baseline_state_is_kept(state, expected):
    assert expected == one(result(baselineState=state)).baseline


def test_an_absent_result_is_none():
    assert () == issues(READER, log(result(baselineState="absent")))


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("src/a%20b%C3%A9.py", "src/a bé.py"),
        ("file:///home/ci/a.py", "/home/ci/a.py"),
        ("file:///C:/shop/a.cs", "C:/shop/a.cs"),
        ("FILE://host/share/a.cs", "/share/a.cs"),
        ("file:a.py", "a.py"),
        ("C:\\shop\\a.cs", "C:/shop/a.cs"),
        ("http://[broken", "http://[broken"),
        ("100%.py", "100%.py"),
        ("%ff%00.py", "\N{REPLACEMENT CHARACTER}.py"),
        ("", None),
        (7, None),
    ],
)
def test_a_uri_becomes_a_path_though_it_be_broken(uri, path):
    assert path == one(result(**at(uri))).path


BASES = {
    "ROOT": {"uri": "file:///home/ci/shop/"},
    "SRC": {"uri": "src/", "uriBaseId": "ROOT"},
    "DEEP": {"uri": "deep", "uriBaseId": "SRC"},
    "LOOP": {"uri": "l", "uriBaseId": "LOOP"},
}


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("ROOT", "a.py"),
        ("SRC", "src/a.py"),
        ("DEEP", "src/deep/a.py"),
        ("%SRCROOT%", "a.py"),
        ("LOOP", "l/" * 10 + "a.py"),
    ],
)
def test_a_base_is_put_in_front_as_far_as_it_is_relative(base, path):
    assert path == one(result(**at("a.py", uriBaseId=base)), originalUriBaseIds=BASES).path


def test_an_absolute_uri_has_no_base():
    assert "/a.py" == one(result(**at("file:///a.py", uriBaseId="SRC")), originalUriBaseIds=BASES).path


def test_an_artifact_is_found_by_its_index():
    where = {"locations": [{"physicalLocation": {"artifactLocation": {"index": 1}}}]}
    artifacts = [{}, {"location": {"uri": "a.py", "uriBaseId": "SRC"}}]
    assert "src/a.py" == one(result(**where), artifacts=artifacts, originalUriBaseIds=BASES).path
    assert one(result(**where)).path is None


def test_lines_begin_at_1():
    where = at("a.py", 3)
    where["locations"][0]["physicalLocation"]["region"]["endLine"] = 5
    assert (3, 5) == ((issue := one(result(**where))).line, issue.end_line)
    assert one(result(**at("a.py", -3))).line is None


def test_the_first_location_that_is_a_file_counts():
    places = [{"logicalLocations": []}, *at("a.py", 2)["locations"], *at("b.py")["locations"]]
    assert ("a.py", 2) == ((issue := one(result(locations=places))).path, issue.line)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "plain {0}"}, "plain {0}"),
        ({"text": "is {0} of {1}", "arguments": ["a", "b"]}, "is a of b"),
        ({"text": "is {7}", "arguments": ["a"]}, "is {7}"),
        ({"id": "one", "arguments": ["x"]}, "use of x"),
        ({"id": "none"}, ""),
        ({"markdown": "*bold*"}, "*bold*"),
        ({}, ""),
        ("text", ""),
    ],
)
def test_a_message_is_put_together(message, expected):
    rules = [{"id": "r", "messageStrings": {"one": {"text": "use of {0}"}}}]
    assert expected == one(result(message=message), rules=rules).message


def fingerprint(name: str = "lint", **more) -> str:
    return one(result(**more), name=name).fingerprint


def test_a_finding_that_moved_to_another_line_is_the_same():
    assert fingerprint(**at("a.py", 3)) == fingerprint(**at("a.py", 90))


def test_tool_rule_path_and_message_tell_findings_apart():
    told = [{}, at("a.py"), {"ruleId": "s"}, {"message": {"text": "n"}}]
    assert 5 == len({*(fingerprint(**more) for more in told), fingerprint("other")})


def test_fingerprints_of_the_tool_stand_for_the_finding():
    full = {"fingerprints": {"v1": "abc"}}
    assert fingerprint(**full) == fingerprint(**full, **at("moved.py"), message={"text": "n"})
    assert fingerprint(**full) != fingerprint(fingerprints={"v1": "abd"})


def test_a_partial_fingerprint_goes_with_rule_and_path():
    partial = {"partialFingerprints": {"primaryLocationLineHash": "abc:1", "column": "4"}}
    other = {"partialFingerprints": {"primaryLocationLineHash": "abc:1", "column": "5"}}
    assert fingerprint(**partial) == fingerprint(**other, message={"text": "n"})
    assert fingerprint(**partial) != fingerprint(**partial, ruleId="s")
    assert fingerprint(**partial) != fingerprint(**partial, **at("a.py"))
    assert fingerprint(partialFingerprints={"own/v1": "a"}) != fingerprint(partialFingerprints={"own/v1": "b"})


def test_results_alike_are_told_apart_by_their_number():
    first, second = issues(READER, log(result(), result()))
    assert f"{first.fingerprint}-2" == second.fingerprint


def test_the_time_is_when_the_last_run_ended():
    stamps = [{"startTimeUtc": "2026-11-20T10:00:00Z"}, {"endTimeUtc": "2026-11-20T10:05:00Z"}, {"endTimeUtc": "x"}]
    report, _ = evidence_of(READER, log(invocations=stamps))
    assert datetime(2026, 11, 20, 10, 5, tzinfo=UTC) == report.at
    assert evidence_of(READER, log())[0].at is None


def test_our_own_verdict_is_recognised_as_no_report_and_read_where_asked_for():
    text = REPORTER.render(samples.every_outcome(), Style())
    assert not READER.recognises(text.encode()[:65_536])
    report, gaps = evidence_of(READER, text)
    assert (("qualitygate",), []) == (report.tools, gaps)
    assert {"tests.defect_rate", "coverage.line"} & {issue.rule for issue in report.issues}
    assert {True, False} == {issue.suppressed for issue in report.issues}
    assert all(issue.path for issue in report.issues)


@pytest.mark.parametrize(
    "head",
    [
        b'{"version":"2.1.0","runs":[]}',
        b'\xef\xbb\xbf{\n "runs": [{"tool": {}',
        b'{"runs":[{"invocations":[],"language":"en"',
        b'{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","properties":{',
        '{"version":"2.1.0","runs":[]}'.encode("utf-16"),
    ],
)
def test_a_log_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize(
    "head",
    [
        b"", b"[]", b"{}", b'{"runs":[]}', b'{"version":"2.1.0"}', b'{"version":"1.0","runs":[1]}',
        b'{"results":{"tool":{}}}', b'{"check_runs":[{"tool":{}}]}', b"<runs/>",
    ],
)  # fmt: skip
def test_other_documents_are_not_recognised(head):
    assert not READER.recognises(head)
