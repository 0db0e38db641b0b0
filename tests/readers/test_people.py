"""Registers of people: who is there on which day, and what is refused, with its line and column."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.people import Person
from qualitygate.readers.people import READER
from tests.samples import source

from .reading import sample


def people(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found.people


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        people(content)
    return str(refused.value)


def test_a_register_is_read():
    first, second, third = people(sample("people/people.yml"))
    assert first == Person(id="p-01", roles=("support", "accountable"), since=date(2026, 1, 1), deputy="p-02", line=3)
    assert (("support",), date(2026, 12, 31)) == (second.roles, second.until)
    assert not third.enabled


def test_an_address_is_never_kept_and_its_code_is_the_same_in_any_case():
    found = people(
        "people:\n- {id: Lin@acme.example, roles: a}\n- {id: p-2, roles: a, deputy: 'mailto:lin@ACME.example'}\n"
    )
    assert found[0].id == found[1].deputy
    assert "u-" == found[0].id[:2]
    assert "acme" not in repr(found).lower()


def test_a_handle_is_an_id_like_any_other():
    assert "@lin" == people("people:\n- {id: '@lin', roles: a}\n")[0].id


def test_a_name_is_not_kept():
    assert "Mara" not in repr(people("people:\n- {id: p, name: Mara, roles: a}\n"))


def test_aliases_are_kept_and_an_address_among_them_as_its_code():
    (bo,) = people("people:\n- {id: bo, roles: a, aliases: ['@bo', Bo Wang, Bo@acme.example, '@bo']}\n")
    assert ("@bo", "Bo Wang", "u-") == (*bo.aliases[:2], bo.aliases[2][:2])
    assert 3 == len(bo.aliases)
    assert people("people:\n- {id: bo@ACME.example, roles: a}\n")[0].id == bo.aliases[2]


@pytest.mark.parametrize(
    ("day", "active"), [("2026-02-28", False), ("2026-03-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_the_first_and_the_last_day_count(day, active):
    (found,) = people("people:\n- {id: p, roles: a, active_from: 2026-03-01, active_until: 2026-12-31}\n")
    assert active is found.active(date.fromisoformat(day))


def test_who_is_not_active_is_so_on_no_day():
    (found,) = people("people:\n- {id: p, roles: a, active: no}\n")
    assert not found.active(date(2026, 1, 1))


def test_a_day_is_one_of_the_policys_zone():
    content = "people:\n- {id: p, roles: a, active_from: '2026-12-31T20:00:00Z'}\n"
    (found,) = people(content, zone=timezone(timedelta(hours=8)))
    assert date(2027, 1, 1) == found.since


@pytest.mark.parametrize("content", ["people:\n", "people: []\n", '{"people": []}'])
def test_a_register_without_people_is_read(content):
    assert () == people(content)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{id: p, roles: a, role: b}", "line 2, column 21: has the unknown key 'role'; did you mean roles?"),
        ("{id: p, roles: a, zzzzzz: b}", "line 2, column 21: has the unknown key 'zzzzzz'; there are id, name, active"),
        ("{roles: a}", "line 2, column 3: has no id"),
        ("{id: p}", "line 2, column 3: has no roles"),
        ("{id: p, roles: []}", "line 2, column 11: has no roles"),
        ("{id: p, roles: {a: b}}", "line 2, column 18: roles holds \"{'a': 'b'}\", no text"),
        ("{id: p, roles: [a, [b]]}", "line 2, column 22: roles holds \"['b']\", no text"),
        ("{id: p, roles: a, active: maybe}", "line 2, column 29: active is 'maybe', which nobody knows"),
        ("{id: p, roles: a, active_from: soon}", "column 34: active_from is 'soon', no date such as 2026-11-20"),
        (
            "{id: p, roles: a, active_from: 2026-02-01, active_until: 2026-01-01}",
            "line 2, column 60: is active until 2026-01-01, before 2026-02-01",
        ),
        ("{id: p, roles: a, deputy: p}", "line 2, column 29: p is the deputy of nobody else"),
        (
            "{id: p, roles: a}\n- {id: q, roles: a, deputy: o}",
            "line 3, column 29: the deputy 'o' is not in the register",
        ),
        ("{id: p-1, roles: a}\n- {id: p-2, roles: a, deputy: p-11}", "did you mean p-1?"),
        ("{id: p, roles: a}\n- {id: p, roles: a}", "line 3, column 8: the id 'p' is also in line 2"),
        ("p-01", "line 2, column 3: people holds 'p-01', no record"),
        (f"{{id: {'x' * 201}, roles: a}}", "is longer than 200 characters"),
    ],
)
def test_a_mistake_is_told_with_its_place(record, said):
    assert said in refusal(f"people:\n- {record}\n")


def test_all_mistakes_are_told_at_once():
    assert "has 3 problems" in refusal("people:\n- {id: p}\n- {roles: a}\n- {id: q, roles: a, since: 2026-01-01}\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("peopl: []\n", "line 1, column 1: has the unknown key 'peopl'; did you mean people?"),
        ("- a\n", "line 1, column 1: is no mapping"),
        ("{}\n", "line 1, column 1: has no people"),
        ("people: p-01\n", "line 1, column 9: people is no list of records"),
        ("people: []\nteam: a\n", "line 2, column 1: has the unknown key 'team'; there are people"),
        ("people: [}\n", "is not valid YAML"),
        ("people:\n- {id: p, id: q, roles: a}\n", "line 2, column 11: has the key 'id' a second time"),
    ],
)
def test_what_is_no_such_register_is_refused(content, said):
    assert said in refusal(content)


@pytest.mark.parametrize(
    "head",
    [
        b"people:\n- id: p\n",
        b"# who\npeople:\n  # all\n  - {id: p}\n",
        b'{"people": [{"id": "p"}]}',
        b"people: [{id: p}]",
    ],
)
def test_a_register_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize(
    "head", [b"", b"people: lin\n", b"people:\n- lin\n- '@mara'\ndocuments:\n- {id: a, path: b}\n"]
)
def test_the_people_of_a_register_of_documents_are_not_recognised(head):
    assert not READER.recognises(head)
