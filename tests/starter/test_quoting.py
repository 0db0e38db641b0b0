"""Texts among others in a row of YAML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualitygate.starter.quoting import quoted
from qualitygate.yamltext import parse


def test_plain_words_need_no_quotes():
    assert ["a/b-c.yml", '"*"', '"true"', '"项目"', '"a b"', '"1"', '""'] == [
        quoted(text) for text in ("a/b-c.yml", "*", "true", "项目", "a b", "1", "")
    ]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\ufeff"), max_size=20))
def test_a_text_is_read_as_it_was_written(text):
    assert {"a": [text]} == parse(f"a: [{quoted(text)}]", "x.yml").data
