"""Which file of the checkout a report means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.changes import Changes
from qualitygate.model.matching import begins, match


def checkout(*tracked: str, **more) -> Changes:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return Changes(ref="main", base="b", base_at=at, lines={}, tracked=frozenset(tracked), **more)


def matched(path: str, *tracked: str, **more) -> str | None:
    return match([path], set(tracked), checkout(*tracked, **more)).found.get(path)


@pytest.mark.parametrize(
    ("path", "tracked", "expected"),
    [
        ("src/a.py", ["src/a.py", "a.py"], "src/a.py"),
        ("./src//a.py", ["src/a.py"], "src/a.py"),
        ("src/b/../a.py", ["src/a.py"], "src/a.py"),
        ("src\\a.py", ["src/a.py"], "src/a.py"),
        ("file:///app/src/a.py", ["src/a.py"], "src/a.py"),
        ("com/acme/Foo.java", ["src/java/com/acme/Foo.java", "x/com/other/Foo.java"], "src/java/com/acme/Foo.java"),
        ("Foo.java", ["src/Foo.java"], "src/Foo.java"),
        ("/app/src/x.py", ["src/x.py", "x.py"], "src/x.py"),
        ("D:/a/shop/shop/src/x.js", ["src/x.js"], "src/x.js"),
        ("example.com/shop/cart/cart.go", ["cart/cart.go"], "cart/cart.go"),
        ("example.com/shop/cart.go", ["cart.go"], "cart.go"),
        ("core/com/acme/Foo.java", ["core/src/main/java/com/acme/Foo.java", "web/src/main/java/com/acme/Foo.java"],
         "core/src/main/java/com/acme/Foo.java"),
        ("src/a.py", ["src/b.py"], None),
        ("src/a.py", ["lib/a.py"], None),
        ("rc/a.py", ["src/a.py"], None),
        ("", ["a.py"], None),
    ],
)  # fmt: skip
def test_a_path_is_the_file(path, tracked, expected):
    assert expected == matched(path, *tracked)


def test_a_path_that_could_be_several_files_is_none():
    tracked = {"core/com/Foo.java", "web/com/Foo.java"}
    found = match(["com/Foo.java"], tracked, checkout(*tracked))
    assert ({}, {"com/Foo.java": ("core/com/Foo.java", "web/com/Foo.java")}) == (found.found, found.ambiguous)


def test_several_ways_to_fill_a_hole_are_none():
    tracked = {"core/main/com/Foo.java", "core/test/com/Foo.java"}
    assert {"core/com/Foo.java"} == set(match(["core/com/Foo.java"], tracked, checkout(*tracked)).ambiguous)


def test_a_file_near_the_policy_is_meant_before_others():
    tracked = ["services/shop/src/a.py", "services/cart/src/a.py", "src/a.py"]
    assert "services/shop/src/a.py" == matched("src/a.py", *tracked, folder="services/shop")
    assert "src/a.py" == matched("src/a.py", *tracked)
    assert "services/shop/src/a.py" == matched("a.py", *tracked[:2], folder="services/shop")


def test_a_path_below_the_root_is_that_file_and_no_other():
    shop = {"roots": ("/build/shop", "C:/build/shop")}
    assert "a.py" == matched("/build/shop/a.py", "a.py", "shop/a.py", **shop)
    assert "a.py" == matched("C:\\build\\shop\\a.py", "a.py", "shop/a.py", **shop)
    assert matched("/build/shop/.tox/lib/shop/a.py", "shop/a.py", **shop) is None
    assert "shop/a.py" == matched("/elsewhere/shop/a.py", "shop/a.py", **shop)


def test_two_paths_may_be_one_file():
    found = match(["./src/a.py", "/app/src/a.py"], {"src/a.py"}, checkout("src/a.py"))
    assert {"./src/a.py": "src/a.py", "/app/src/a.py": "src/a.py"} == found.found


def test_a_bare_name_is_only_believed_where_nothing_else_claims_the_file():
    assert {"setup.js": "setup.js"} == match(["/lib/x/setup.js", "setup.js"], {"setup.js"}, checkout("setup.js")).found
    both = match(["/lib/x/setup.js", "/lib/y/setup.js"], {"setup.js"}, checkout("setup.js"))
    assert ({}, {"/lib/x/setup.js", "/lib/y/setup.js"}) == (both.found, set(both.ambiguous))


def test_files_that_nobody_asks_for_are_no_matches():
    tracked = checkout("src/a.py", "lib/b.py", "x/b.py", "y/b.py")
    found = match(["src/a.py", "lib/b.py", "b.py"], {"src/a.py"}, tracked)
    assert ({"src/a.py": "src/a.py"}, {}) == (found.found, found.ambiguous)


PATHS = st.lists(st.sampled_from(["a", "b", "src", "a.py"]), min_size=1, max_size=4).map("/".join)


@given(st.lists(PATHS, unique=True), st.lists(PATHS, unique=True), st.randoms())
def test_order_changes_nothing(paths, tracked, chance):
    one = match(paths, set(tracked), checkout(*tracked))
    shuffled, other = list(paths), list(tracked)
    chance.shuffle(shuffled)
    chance.shuffle(other)
    assert one == match(shuffled, set(other), checkout(*other))


@given(st.lists(PATHS, unique=True), st.sets(PATHS, min_size=1))
def test_a_path_that_is_there_is_itself(paths, tracked):
    found = match(paths, tracked, checkout(*tracked)).found
    assert {path: path for path in paths if path in tracked}.items() <= found.items()


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/src/shop/a.py", True), ("\\src\\shop\\a.py", True), ("/src/shopping/a.py", False), ("shop/a.py", False)],
)
def test_a_path_begins_with_the_root_only_where_a_folder_of_it_ends(path, expected):
    assert expected is begins(path, "/src/shop/")
