"""Registers of responsibilities: what is read, what is refused, and where the mistakes are."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import date

import pytest

from qualitygate import registry
from qualitygate.errors import CannotReadReport
from qualitygate.model.responsibilities import Responsibility
from qualitygate.readers.responsibilities import READER
from tests.samples import source

REGISTER = """\
anchors: {contract_start: 2026-01-31}
responsibilities:
  - {commitment: documents, accountable: p-01, deputy: p-02, due: contract_start + P1M}
  - {commitment: support, accountable: [p-01, p-02, p-01], due: 2026-06-30}
"""


def register(content):
    (found,) = READER.read(source(content))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    return str(refused.value)


def test_a_register_is_read():
    found = register(REGISTER)
    assert (
        Responsibility(commitment="documents", accountable=("p-01",), deputy="p-02", due=date(2026, 2, 28), line=3),
        Responsibility(commitment="support", accountable=("p-01", "p-02"), due=date(2026, 6, 30), line=4),
    ) == found.responsibilities
    assert {"commitments": 2} == found.counts


def test_an_address_becomes_the_code_that_it_has_in_a_register_of_people():
    (each,) = register(
        "responsibilities: [{commitment: a, accountable: li@example.org, deputy: LI@example.org}]"
    ).responsibilities
    assert each.accountable[0].startswith("u-")
    assert each.deputy == each.accountable[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("anchors: {}", "line 1, column 1: has no responsibilities"),
        ("responsibilities: [{accountable: a}]", "line 1, column 20: has no commitment"),
        ("responsibilities: [{commitment: a, acountable: b}]", "line 1, column 36: has the unknown key 'acountable'; did you mean accountable?"),
        ("responsibilities: [{commitment: a, accountable: [[]]}]", "line 1, column 50: accountable holds '[]', no text"),
        (f"responsibilities: [{{commitment: a, accountable: {'b' * 201}}}]", "accountable is longer than 200 characters"),
        ("responsibilities: [{commitment: a, due: soon}]", "line 1, column 41: due names the anchor 'soon'"),
        ("responsibilities:\n- commitment: a\n- commitment: a\n", "line 3, column 15: the commitment 'a' is also in line 2"),
    ],
)  # fmt: skip
def test_a_register_that_is_wrong_is_refused_with_the_place(content, said):
    assert said in refusal(content)


def test_a_register_is_recognised_among_all_readers():
    assert "responsibilities" == registry.reader_for(REGISTER.encode())[0]


@pytest.mark.parametrize("head", [b"", b"responsibilities:\n", b"responsibilities: 5\ncommitments: 6\n"])
def test_anything_else_is_not_recognised(head):
    assert not READER.recognises(head)
