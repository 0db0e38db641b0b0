"""YAML read strictly: nothing guessed, everything placed."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import yamltext
from qualitygate.errors import ConfigError
from qualitygate.yamltext import parse


def data(text: str):
    return parse(text, "f.yml").data


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.yml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["9:30", "on", "off", "yes", "no", "3.10", "0x1f", "1_000", "012", "1e3", "2026-11-22", "NULL", "True", "+1", ".5"])  # fmt: skip
def test_what_reads_differently_to_different_people_stays_text(text):
    assert {"a": text} == data(f"a: {text}")


@pytest.mark.parametrize(("text", "expected"), [("12", 12), ("-3", -3), ("0", 0), ("true", True), ("false", False), ("", None), ("null", None), ("~", None)])  # fmt: skip
def test_whole_numbers_true_false_and_nothing_are_what_they_say(text, expected):
    assert {"a": expected} == data(f"a: {text}")


@pytest.mark.parametrize("text", ["'12'", '"true"', "'null'", "''"])
def test_what_is_quoted_is_text(text):
    assert {"a": text[1:-1]} == data(f"a: {text}")


def test_an_empty_file_is_nothing():
    assert data("") is data("# only a comment\n") is None


def test_positions_are_kept_for_keys_and_values():
    document = parse("a:\n  - {b: 1,\n     c: 2}\n", "f.yml")
    told = document.problem("s", "m", ("a", 0, "c"), key=True), document.problem("s", "m", ("a", 0, "c"))
    assert [(3, 6), (3, 9)] == [(problem.line, problem.column) for problem in told]
    assert (1, 1) == (document.problem("s", "m", ("x",)).line, document.problem("s", "m", ("x",)).column)


def test_every_second_key_is_told_with_the_line_of_the_first():
    told = problems("a: 1\nb: {c: 1, c: 2}\na: 2\n")
    assert [
        "f.yml:2:11: has the key 'c' a second time; the first is in line 2",
        "f.yml:3:1: has the key 'a' a second time; the first is in line 1",
    ] == told


@pytest.mark.parametrize("text", ["a: !!python/object:os.system x", "a: !secret x", "a: !!int 3", "!!set {a}"])
def test_a_tag_is_refused(text):
    assert any("tags are not used here" in problem for problem in problems(text))


def test_a_key_that_is_not_text_is_refused():
    assert ["f.yml:1:3: has a key that is not plain text"] == problems("? [a]\n: 1")


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "a: 'x", "\ta: 1", "a: &x 1\nb: *y", "--- a\n--- b", "a: \x00"])
def test_what_is_not_yaml_is_told_where(text):
    (told,) = problems(text)
    assert told.startswith("f.yml:")
    assert "is not valid YAML" in told


@pytest.mark.parametrize(
    ("text", "word"), [("a: 1\nowner: @lin", "@lin"), ("a: {b: @acme/team, c: 1}", "@acme/team"), ("a: `x", "`x")]
)
def test_a_sign_that_yaml_keeps_for_itself_is_told_with_the_way_out(text, word):
    with pytest.raises(ConfigError) as caught:
        parse(text, "f.yml")
    assert [f'write it in quotes: "{word}"'] == [problem.help for problem in caught.value.problems]


def test_aliases_are_followed():
    assert {"a": {"x": 1}, "b": {"x": 1}} == data("a: &a {x: 1}\nb: *a")


def test_an_alias_bomb_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (told,) = problems("\n".join(lines))
    assert "holds more than 200,000 values" in told


@pytest.mark.parametrize(
    "text", ["a: &a [*a]", "a: &a {b: *a}", "[" * 60 + "]" * 60, "[" * 300_000, "- " * 300_000, "{a: " * 5_000]
)
def test_what_is_nested_too_deep_is_refused_and_takes_nothing_down(text):
    (told,) = problems(text)
    assert "nested more than 50 deep" in told


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    try:
        parse(text, "f.yml")
    except ConfigError as error:
        assert error.problems  # noqa: PT017 - either is right


def test_the_slow_loader_reads_the_same(monkeypatch):
    text = "a: [1, on, '2']\nb: {c: true}\n"
    fast = data(text)
    monkeypatch.setattr(yamltext, "_LOADER", yamltext.yaml.BaseLoader)
    assert fast == data(text)
