"""XML as a stream of small trees."""

from __future__ import annotations

import codecs

import pytest

from qualitygate import markup, xmlfeed
from qualitygate.errors import CannotReadReport
from qualitygate.markup import Element, elements
from tests.samples import source


def given(content: str | bytes, *wanted: str, **containers: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """The names of what is given, each with those of what it stands in."""
    found = elements(source(content), wanted, roots={"r"}, containers=containers)
    return [(element.tag, [around.tag for around in standing]) for element, standing in found]


def first(content: str | bytes, *wanted: str) -> Element:
    return next(element for element, _ in elements(source(content), wanted or ("t",), roots={"r"}))


def refusal(content: str | bytes) -> CannotReadReport:
    with pytest.raises(CannotReadReport) as caught:
        given(content, "t")
    return caught.value


def test_outermost_wanted_elements_are_given_with_what_they_stand_in():
    assert [("t", ["r", "s"]), ("t", ["r"])] == given("<r><s><t><t/></t><u/></s><t/></r>", "t")


def test_a_container_is_given_after_what_it_holds():
    assert [("t", ["r", "s"]), ("s", ["r"]), ("r", [])] == given("<r><s><t/></s></r>", "t", s=(), r=())


def test_a_container_in_a_wanted_tree_is_not_given():
    assert [("t", ["r"])] == given("<r><t><s/></t></r>", "t", s=())


def test_a_container_keeps_the_children_it_is_mapped_to_and_no_others():
    document = "<r><s><why>so</why><x/><x><why>deep</why></x></s></r>"
    ((container, _),) = elements(source(document), (), roots={"r"}, containers={"s": ("why",)})
    assert [("why", "so")] == [(child.tag, child.text) for child in container.children]


def test_names_are_local_and_a_namespace_stays_among_the_attributes():
    element = first("<n:r xmlns:n='u'><n:t xmlns='v' a='1'/></n:r>")
    assert ("t", {"xmlns": "v", "a": "1"}) == (element.tag, dict(element.attributes))


def test_a_text_is_found_by_its_path():
    element = first("<r><t><a><b> one </b><b>two</b></a></t></r>")
    assert ("one", "", "") == (element.said("a", "b"), element.said("a", "c"), element.said("c", "b"))


def test_every_element_below_is_given_in_document_order():
    element = first("<r><t><a n='1'><a n='2'/></a><b><a n='3'/></b></t></r>")
    assert ["1", "2", "3"] == [found.attributes["n"] for found in element.every("a")]


def test_a_deep_tree_is_walked_without_running_out_of_stack():
    element = first("<r><t>" + "<a>" * 5_000 + "</a>" * 5_000 + "</t></r>")
    assert 5_000 == sum(1 for _ in element.every("a"))


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), (" 7 ", 7), ("-1", None), ("1.5", None), ("", None), ("9" * 5_000, None)]
)
def test_a_count_is_a_whole_number_or_unknown(text, expected):
    assert expected == Element("t", {"n": text}).number("n")


def test_an_attribute_that_is_absent_is_no_count():
    assert Element("t", {}).number("n") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_the_declaration(encoding):
    document = "<?xml version='1.0' encoding='utf-8'?><r><t>ä</t></r>".encode(encoding)
    assert document.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16))
    assert "ä" == first(document).text


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("<other/>", "unrecognised"),
        ("plain", "unrecognised"),
        ("<r><t></r>", "malformed"),
        ("<r/>junk", "malformed"),
        (b"<?xml version='1.0' encoding='klingon'?><r/>", "malformed"),
        ("<r><t/>", "truncated"),
        ("<r><t/></r", "truncated"),
        ("<r><t><![CDATA[cut", "truncated"),
        ("<r><t>\u00e4".encode()[:-1], "truncated"),
        ("<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>", "entities"),
        ("<!DOCTYPE r [<!ATTLIST t a CDATA 'x'>]><r/>", "entities"),
    ],
)
def test_a_document_that_is_not_whole_and_plain_is_refused(content, slug):
    assert slug == refusal(content).slug


def test_a_bare_document_type_is_accepted():
    assert [("t", ["r"])] == given("<!DOCTYPE r SYSTEM 'r.dtd'><r><t/></r>", "t")


@pytest.mark.parametrize(
    ("cap", "document"),
    [
        ("DEPTH_CAP", "<r>" + "<a>" * 9 + "</a>" * 9 + "</r>"),
        ("TREE_CAP", "<r><t>" + "<a/>" * 9 + "</t></r>"),
        ("TREES_CAP", "<r>" + "<t/>" * 9 + "</r>"),
        ("SIZE_CAP", "<r>" + "<t/>" * 20_000 + "</r>"),
        ("TOKEN_CAP", "<r><t a='" + "x" * 70_000 + "'/></r>"),
    ],
)
def test_more_than_the_cap_is_refused(cap, document, monkeypatch):
    assert given(document, "t") or cap == "DEPTH_CAP"
    monkeypatch.setattr(xmlfeed if hasattr(xmlfeed, cap) else markup, cap, 8)
    assert "too-large" == refusal(document).slug


def test_a_long_text_is_kept_up_to_its_cap(monkeypatch):
    monkeypatch.setattr(markup, "TEXT_CAP", 4)
    assert "abcd" == first("<r><t>abcdefgh<a/>ijk</t></r>").text
