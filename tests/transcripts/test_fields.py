"""The answers of an issue form, as GitHub writes them and as people change them."""

from __future__ import annotations

import pytest
import yaml

from qualitygate.transcripts.fields import AREA, Field, Form, lines
from qualitygate.transcripts.forms import FORMS
from qualitygate.transcripts.naming import by_code, listed, typed
from qualitygate.transcripts.writing import one, quoted

FORM = Form(
    name="training",
    title="Training / 培训",
    description="One",
    fields=(Field(id="date", label="Date / 日期"), Field(id="results", label="Results / 结果", kind=AREA)),
)


@pytest.mark.parametrize(
    ("body", "date", "results"),
    [
        ("", [], []),
        ("### Date / 日期\n\n2026-10-31\n\n### Results / 结果\n\na\nb", ["2026-10-31"], ["a\nb"]),
        ("### date\r\n\r\n2026-10-31\r\n", ["2026-10-31"], []),
        ("### 日期\n2026-10-31\n### Weather\n\nfine\n", ["2026-10-31"], []),
        ("Hello\n2026-10-30\n### Date\n\n_No response_\n", [], []),
        ("### Date\n\n_no response_\n\n### Date\n\n2026-10-31", ["2026-10-31"], []),
        ("### Date\n\n1\n\n### 日期\n\n2", ["1", "2"], []),
        ("### Results\n\n```csv\n### Date\n\n1\n```\n", [], ["```csv\n### Date\n\n1\n```"]),
        ("### Results\n\n````\n```\n### Date\n````\n### Date\n\n1", ["1"], ["````\n```\n### Date\n````"]),
        ("#### Date\n\n1\n##### Date\n", [], []),
    ],
)
def test_answers_stand_under_the_labels_of_their_fields(body: str, date: list[str], results: list[str]) -> None:
    assert {"date": date, "results": results} == FORM.answers(body)


def test_what_makes_a_list_and_a_fence_is_no_part_of_a_line() -> None:
    text = "```csv\n- one\n* [x] two\n\n 3. three\n```\n2026-10-31 stays\n-5 too"
    assert ["one", "two", "three", "2026-10-31 stays", "-5 too"] == lines(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.name)
def test_a_template_reads_back_and_no_two_fields_share_a_heading(form: Form) -> None:
    told = yaml.safe_load(form.template())
    assert [each.id for each in form.fields] == [each["id"] for each in told["body"]]
    assert {"input", "textarea"} >= {each["type"] for each in told["body"]}
    headings = [heading for each in form.fields for heading in set(each.headings)]
    assert len(headings) == len(set(headings))


def test_an_answer_of_several_lines_is_not_one() -> None:
    assert ("a", [], ["a", "b"], ["a", "b"]) == (one([" a \n"]), one([]), one(["a\nb"]), one(["a", "b"]))


@pytest.mark.parametrize("text", ["", 'a"b\\', "\x7f\x85\u2028\u202e\ufeff", "\U000e0001", "培训\u3000", "\ud800"])
def test_what_is_quoted_is_read_back_in_one_printable_line(text: str) -> None:
    line = quoted(text)
    assert line.isprintable()
    assert text.encode("utf-8", "replace").decode() == yaml.safe_load(line)


def test_people_are_listed_by_commas_and_lines_and_named_by_codes() -> None:
    assert ["p-01", "@lin", "Mei <mei@acme.test>"] == listed("p-01，@lin\n - Mei <mei@acme.test>\n,")
    assert "p-01" == typed("p-01", by_code)
    assert "u-8479103e69d0" == typed("Mei <mei@acme.test>", by_code)
    assert by_code("lin") == typed("@lin", by_code)
    assert "x" * 300 == typed("x" * 300, by_code), "which the reader refuses"
