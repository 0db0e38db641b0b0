"""What was told of the surroundings comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotTellChanges, CannotUsePack
from qualitygate.model.changes import Changes
from qualitygate.model.code import Code
from qualitygate.pack.replaying import surroundings
from qualitygate.pack.told import Found, Layer, Past, Told, ToldTree, dumps, loads
from qualitygate.waivers.foureyes import FourEyes, Seen

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
WHOLE = Told(
    home="/home/you/shop",
    policy={"qualitygate.yml": Layer(file="inputs/policy/qualitygate.yml", same="qualitygate.yml")},
    evidence={"unit": (Found(name="a.xml", file="inputs/evidence/a.xml", at=AT), Found(name="b.xml", why="no"))},
    globs={"*.xml": True},
    exists=("src/a.py",),
    baseline=Found(name="e.json", file="inputs/baseline/e.json"),
    tree=ToldTree(
        paths=("a.md",),
        folder="shop",
        unknown="",
        opened={"a.md": Found(name="a.md", file="inputs/tree/a.md")},
        past={"a.md": (Past(at=AT, file="inputs/history/0"), Past(at=AT), Past(at=AT, asked=False))},
        then={"2026-11-20": ("a.md",), "2026-01-01": None},
    ),
    changes=Changes(ref="main", base="1f", base_at=AT, lines={"a.py": 0b1010}, tracked=frozenset(["a.py"])),
    size=12,
    approvals={"W-1": FourEyes(seen=Seen.BOTH, why="bo merged it", how="merge", commit="1f")},
)


@pytest.mark.parametrize("told", [WHOLE, Told(home="/", policy={}), Told(home="/", policy={}, changes="no base")])
def test_what_was_told_comes_back(told: Told) -> None:
    assert told == loads(dumps(told))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("home", 1),
        ("policy", []),
        ("policy", {"a": "b"}),
        ("evidence", {"unit": {}}),
        ("evidence", {"unit": [1]}),
        ("globs", {"*": 1}),
        ("exists", "a"),
        ("tree", []),
        ("changes", 1),
        ("changes", {}),
        ("size", -1),
        ("size", True),
        ("approvals", []),
        ("approvals", {"W-1": {"seen": "perhaps", "how": "", "commit": "", "why": ""}}),
    ],
)
def test_anything_else_is_refused(key: str, value: object) -> None:
    with pytest.raises(CannotUsePack, match="surroundings"):
        loads(json.dumps({**json.loads(dumps(WHOLE)), key: value}).encode())


def test_what_nobody_asked_then_is_not_made_up_now() -> None:
    bare = surroundings(Told(home="/", policy={}, exists=("a",)), open)
    assert bare.exists("a") and not bare.exists("b")
    for asking in (
        lambda: bare.matches("*"),
        lambda: bare.baseline("a"),
        bare.tree,
        lambda: bare.changes(()),
        lambda: bare.size(Code()),
        lambda: bare.approvals("waivers.yml", ["W-1"], ()),
    ):
        with pytest.raises(CannotUsePack, match="does not say"):
            asking()


def test_a_tree_tells_what_it_was_told_and_nothing_else() -> None:
    from io import BytesIO

    tree = surroundings(WHOLE, lambda name: BytesIO(name.encode())).tree()
    assert tree.past is not None and tree.then is not None
    assert b"inputs/tree/a.md" == tree.open("a.md").read()
    first, second, third = tree.past("a.md")
    assert (b"inputs/history/0", None) == (first.content(), second.content())
    assert tree.then(AT.date()) == frozenset(["a.md"])
    for asking in (
        third.content,
        lambda: tree.open("b.md"),
        lambda: tree.past("b.md"),
        lambda: tree.then(AT.date().replace(day=1)),
    ):
        with pytest.raises(CannotUsePack, match="does not say"):
            asking()


def test_a_reason_is_told_again_as_the_reason() -> None:
    with pytest.raises(CannotTellChanges, match="no base"):
        surroundings(Told(home="/", policy={}, changes="no base"), open).changes(())
