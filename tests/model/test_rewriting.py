"""Paths of reports, rewritten."""

from __future__ import annotations

import pytest

from qualitygate.model.rewriting import Rewriting

THERE = {"src/main/java/com/acme/Foo.java", "src/a.py", "lib/b.py"}


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ({}, "a/b.py", "a/b.py"),
        ({"strip": "/app"}, "/app/src/a.py", "src/a.py"),
        ({"strip": "/app/"}, "/app/src/a.py", "src/a.py"),
        ({"strip": "/app"}, "/apps/src/a.py", "/apps/src/a.py"),
        ({"strip": "/app"}, "/app", "/app"),
        ({"strip": "C:\\work"}, "C:\\work\\src\\a.py", "src/a.py"),
        ({"prefix": "services/shop"}, "src/a.py", "services/shop/src/a.py"),
        ({"prefix": "services/shop/"}, "/src/a.py", "services/shop/src/a.py"),
        ({"strip": "shop", "prefix": "src"}, "shop/a.py", "src/a.py"),
        ({"source": ("src/main/java",)}, "com/acme/Foo.java", "src/main/java/com/acme/Foo.java"),
        ({"source": ("src/test/java", "src/main/java")}, "com/acme/Foo.java", "src/main/java/com/acme/Foo.java"),
        ({"source": ("src", "lib")}, "b.py", "lib/b.py"),
        ({"source": ("src",)}, "gone.py", "gone.py"),
        ({"source": ("src",)}, "/a.py", "/a.py"),
        ({"source": ("src",)}, "../a.py", "../a.py"),
        ({"source": ("..",)}, "a.py", "a.py"),
        ({"source": ("src",), "strip": "/app"}, "/app/./a.py", "src/a.py"),
        ({"source": ("src",)}, "", ""),
    ],
)
def test_a_path_becomes(rules, path, expected):
    assert expected == Rewriting(**rules).of(path, THERE.__contains__)


def test_no_rule_is_nothing_to_do():
    assert not Rewriting()
    assert Rewriting(strip="a")
