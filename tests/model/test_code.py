"""Which files are code."""

from __future__ import annotations

import pytest

from qualitygate.model.code import Code, extension, is_glob


@pytest.mark.parametrize(
    ("glob", "has", "has_not"),
    [
        ("src/**", ["src/a.py", "src/b/c.py"], ["a.py", "xsrc/a.py", "srcx/a.py"]),
        ("src", ["src/a.py", "src/b/c.py"], ["src.py", "a/src/a.py"]),
        ("src/", ["src/a.py"], ["src.py"]),
        ("./src", ["src/a.py"], ["a.py"]),
        ("**/*.py", ["a.py", "a/b.py", "a/b/c.py"], ["a.pyc", "a/py"]),
        ("src/**/*.py", ["src/a.py", "src/b/c/d.py"], ["src/a.js", "a.py"]),
        ("*.py", ["a.py"], ["a/b.py"]),
        ("**", ["a", "a/b"], []),
        (".", ["a", "a/b"], []),
        ("**/**/**/gen/**", ["gen/a", "a/b/gen/c/d"], ["gen.py", "a/regen/b"]),
        ("a?c.py", ["abc.py"], ["ac.py", "a/c.py"]),
        ("[ab].py", ["a.py", "b.py"], ["c.py"]),
        ("[!ab].py", ["c.py"], ["a.py", "/.py"]),
        ("[a^].py", ["^.py", "a.py"], ["b.py"]),
        ("a+(b).py", ["a+(b).py"], ["aab.py"]),
        ("[a.py", ["[a.py"], ["a.py"]),
        ("src/größe*.py", ["src/größer.py"], ["src/grosse.py"]),
    ],
)
def test_a_glob_has_these_paths_and_not_those(glob, has, has_not):
    code = Code(include=(glob,)).below("")
    assert (has, []) == ([path for path in has if code.has(path)], [path for path in has_not if code.has(path)])


def test_what_is_excluded_is_not_code_whatever_includes_it():
    code = Code(include=("src",), exclude=("**/*_pb2.py", "src/vendor"))
    found = ["src/a.py", "src/a_pb2.py", "src/vendor/b.py", "c.py"]
    assert ["src/a.py"] == [path for path in found if code.has(path)]


def test_without_a_word_everything_is_code():
    assert Code().has("any/file")
    assert Code(exclude=("any",)).has("other/file")
    assert not Code(exclude=("any",)).has("any/file")


def test_globs_are_from_the_policys_folder():
    code = Code(include=("src", "../lib"), exclude=("src/gen",)).below("services/shop")
    found = ["services/shop/src/a.py", "services/lib/b.py", "services/shop/src/gen/c.py", "src/a.py", "lib/b.py"]
    assert found[:2] == [path for path in found if code.has(path)]


def test_many_folders_of_any_name_take_no_time():
    code = Code(include=("**/" * 20 + "a.py",)).below("")
    assert not code.has("x/" * 500 + "b.py")


@pytest.mark.parametrize(("glob", "fits"), [("src/**", True), ("[a-z]", True), ("[z-a]", False), ("", True)])
def test_a_range_that_runs_backwards_is_no_glob(glob, fits):
    assert fits is is_glob(glob)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.py", "py"), ("a/b.PY", "py"), ("a.tar.gz", "gz"), ("Makefile", ""), (".profile", ""), ("a.b/c", ""), ("", "")],
)
def test_an_extension_is_what_the_name_ends_with(path, expected):
    assert expected == extension(path)
