"""Our dataclasses are what the standard decorator makes, in all that anybody can see of them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys

import pytest

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A value."""

    name: str
    count: int = 0
    labels: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.name} {self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    """A value with more in it."""

    count: int = 3
    more: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Strangers(Derived):
    """What the standard decorator makes of one of ours."""

    last: int = 9


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The same as ``Base``."""

    name: str
    count: int = 0
    labels: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """Nothing."""


KINDS = [Base, Derived, Strangers]


@pytest.mark.parametrize("kind", KINDS)
def test_fields_are_kept_and_defaults_filled_in(kind):
    value = kind(name="a", count=2)
    assert ("a", 2, {}, "a 2") == (value.name, value.count, value.labels, value.title)


def test_a_default_may_be_given_anew_where_a_class_derives():
    assert (0, 3, 3, 9) == (
        Base(name="a").count,
        Derived(name="a").count,
        Strangers(name="a").count,
        Strangers(name="a").last,
    )


def test_a_default_that_is_made_is_made_anew():
    assert Base(name="a").labels is not Base(name="a").labels


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_of_one_kind_are_equal(kind):
    assert kind(name="a") == kind(name="a")
    assert kind(name="a") != kind(name="b")
    assert Base(name="a", count=3) != Derived(name="a")
    assert Bare() == Bare()


def test_equal_values_have_one_hash():
    hashable = dataclasses.replace(Derived(name="a"), labels=())
    assert hash(hashable) == hash(dataclasses.replace(hashable))
    assert hash(Bare()) == hash(Bare())
    with pytest.raises(TypeError):
        hash(Base(name="a"))


def test_the_words_are_the_standard_ones():
    assert repr(Standard(name="a")).replace("Standard", "Base") == repr(Base(name="a"))
    assert "Bare()" == repr(Bare())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_can_be_changed(kind):
    value = kind(name="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.name
    with pytest.raises((AttributeError, TypeError)):
        value.other = 1
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_functions_know_them(kind):
    value = dataclasses.replace(kind(name="a"), count=7)
    assert ("a", 7) == (value.name, value.count)
    assert ["name", "count", "labels"] == [field.name for field in dataclasses.fields(kind)][:3]
    assert {"name": "a", "count": 7, "labels": {}}.items() <= dataclasses.asdict(value).items()


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
@pytest.mark.parametrize("kind", KINDS)
def test_copies_are_equal(kind, again):
    value = kind(name="a", labels={"b": "c"})
    assert value == again(value)


@pytest.mark.parametrize("kind", [Base, Derived])
def test_a_wrong_argument_is_refused_by_name(kind):
    with pytest.raises(TypeError, match="needs the arguments 'name'"):
        kind(count=1)
    with pytest.raises(TypeError, match="no argument 'nmae'"):
        kind(name="a", nmae="b", count=1, labels={}, **({"more": ()} if kind is Derived else {}))
    with pytest.raises(TypeError, match="no argument 'nmae'"):
        kind(name="a", nmae="b", **({"more": ()} if kind is Derived else {}))
    with pytest.raises(TypeError):
        kind("a")


def test_no_start_compiles_the_methods_of_our_values():
    code = (
        "import dataclasses as d; made = []; old = d._process_class\n"
        "d._process_class = lambda cls, *rest: made.append(cls.__module__) or old(cls, *rest)\n"
        "import qualitygate.cli.check, qualitygate.readers.junit, qualitygate.measures.tests\n"
        "import qualitygate.reporters.text\n"
        "print(sorted(name for name in made if name.startswith('qualitygate')))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "['qualitygate.values']" == told.strip()
