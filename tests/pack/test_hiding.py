"""Registers as they go into a pack: no address is left, and readers make the same of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from qualitygate import registry
from qualitygate.pack.hiding import OF_PEOPLE, hidden, hides
from qualitygate.pseudonyms import person
from tests.samples import source
from tests.test_pseudonyms import CODE, PLANS

TOM = person("tom@acme.test", UTC)
ANSWERS = "respondent,score,comment\nmei@acme.test,5,call tom@acme.test\nr-02,4,谢谢\n"


def text(content: str | bytes, reader: str | None = "people", encoding: str | None = None) -> bytes:
    one = source(content, name="x", reader=reader)
    one = replace(one, rules=replace(one.rules, encoding=encoding))
    assert hides(one) is (hidden(one).open().read() != one.open().read())
    return hidden(one).open().read()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("owner: mei@acme.test\n", f"owner: {CODE}\n"),
        ("owner: 'MEI@acme.test'\n", f"owner: '{CODE}'\n"),
        ("owner: mailto:mei@acme.test # her\n", f"owner: {CODE} # her\n"),
        ("owner: Mei Li <mei@acme.test>\n", f"owner: {CODE}\n"),
        ("  - Mei Li < mei@acme.test >\r\n", f"  - {CODE}\r\n"),
        ("[mei@acme.test, Tom <tom@acme.test>]", f"[{CODE}, {TOM}]"),
        ('{who: "李梅 <mei@acme.test>", x: 1}', f'{{who: "{CODE}", x: 1}}'),
        ("mei@acme.test;5;tom@acme.test\n", f"{CODE};5;{TOM}\n"),
        ("owner: '@lin'\nat: 5 @ noon\n", "owner: '@lin'\nat: 5 @ noon\n"),
        ("text: a < b, c > d\n", "text: a < b, c > d\n"),
        ("", ""),
    ],
)
def test_the_code_stands_in_the_place_of_an_address_and_all_else_stays(written: str, wanted: str) -> None:
    assert wanted.encode() == text(written)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_register_stays_in_its_encoding(encoding: str) -> None:
    named = encoding if encoding == "gb18030" else None
    wanted = ANSWERS.replace("mei@acme.test", CODE).replace("tom@acme.test", TOM)
    assert wanted == text(ANSWERS.encode(encoding), "surveys", named).decode(encoding)


def test_bytes_of_no_encoding_lose_their_addresses_too() -> None:
    assert b"\xff " + CODE.encode() + b" \xff" == text(b"\xff mei@acme.test \xff")


def test_what_is_no_register_of_people_or_cannot_be_opened_is_left_alone() -> None:
    assert not hides(source("mei@acme.test", name="x", reader="junit"))
    assert not hides(source("mei@acme.test", name="x"))
    assert hides(source(PLANS["quality/people.yml"], name="people.yml"))

    def gone() -> None:
        raise OSError(2, "gone")

    assert not hides(replace(source("", name="x"), open=gone))


@pytest.mark.parametrize("name", PLANS)
def test_a_reader_makes_the_same_of_both(name: str) -> None:
    one = source(PLANS[name], name=name)
    known = registry.reader_for(PLANS[name].encode())
    assert known is not None and known[0] in OF_PEOPLE
    assert hides(one)
    plain, coded = (list(known[1].read(each)) for each in (one, hidden(one)))
    assert [replace(each, source=one) for each in plain] == [replace(each, source=one) for each in coded]
