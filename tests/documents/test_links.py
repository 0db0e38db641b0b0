"""Where links lead: files, folders, anchors and lines, as each site has them."""

from __future__ import annotations

import pytest

from qualitygate.documents import links
from qualitygate.documents.profiles import PROFILES
from qualitygate.documents.site import Root
from tests.samples import tree as fixed

FILES = {
    "README.md": "# Start\n\n## 安装 指南\n\n## Twice\n\n## Twice\n\n## 🚀 Launch\n\n<a name='Old'></a>\n",
    "docs/index.md": "# Docs\n\n(label)=\n## Install it\n",
    "docs/guide.md": "# Guide\n\n## Set up {#custom}\n",
    "docs/sub/README.md": "# Sub\n",
    "docs/bare/notes.txt": "a\nb\nc\n",
    "docs/page.rst": "Page\n====\n\n.. _mark:\n\nPart\n----\n",
    "src/Main.py": "1\n2\n3\n",
    "src/a b.py": "",
    "site/page.html": "<h1 id='x'>y</h1>",
}


def faults(text: str, *names: str, page: str = "docs/one.md", folder: str = "docs") -> list[str]:
    """The kinds of fault that the links of one page have, seen as some sites show it."""
    tree = fixed({page: text.encode(), **{name: each.encode() for name, each in FILES.items()}})
    roots = [Root(folder=folder if names else "", profiles=tuple(PROFILES[name] for name in names or ("github",)))]
    return [each.kind for each in links.check(tree, [page], roots=roots).dead]


GOOD = [
    "guide.md", "./guide.md", "../README.md", "/README.md", "../README.md#start", "../README.md#安装-指南",
    "../README.md#%E5%AE%89%E8%A3%85-%E6%8C%87%E5%8D%97", "../README.md#twice-1", "../README.md#-launch",
    "../README.md#TWICE", "../README.md#old", "../README.md#user-content-old", "../README.md#top", "sub", "sub/",
    "sub#sub", "sub/#sub", "bare/", "bare", "../src/Main.py#L2", "../src/Main.py#L1-L3", "../src/Main.py#L1C2-L3C1",
    "../src/a%20b.py", "guide.md?raw=true", "page.rst#part", "page.rst#mark", "../site/page.html#x", "#me", "#Me",
    "https://example.org/x", "mailto:a@b.c", "//example.org", "{{ site.url }}/x", "../../issues", "../../../wiki",
    "guide.md#:~:text=x", "/", "..",
]  # fmt: skip


@pytest.mark.parametrize("target", GOOD)
def test_what_github_shows_is_no_fault(target):
    assert [] == faults(f"# Me\n\n[x](<{target}>)\n")


BAD = {
    "gone.md": "missing", "Guide.md": "case", "../readme.md": "case", "../src/main.py": "case", "gone/": "missing",
    "guide.md#set-down": "missing-anchor", "../README.md#twice-2": "missing-anchor", "#you": "missing-anchor",
    "../README.md#安装指南": "missing-anchor", "sub#gone": "missing-anchor", "../src/Main.py#L4": "missing-line",
    "../src/Main.py#L3-L2": "missing-line", "../../elsewhere": "outside", "page.rst#parts": "missing-anchor",
    "../site/page.html#z": "missing-anchor", "guide.md/": "missing", "/guide.md": "missing", "": "empty",
}  # fmt: skip


@pytest.mark.parametrize(("target", "kind"), BAD.items())
def test_what_github_does_not_show_is_found(target, kind):
    assert [kind] == faults(f"# Me\n\n[x](<{target}>)\n")


@pytest.mark.parametrize(
    ("target", "kinds"),
    [
        ("guide.md#Guide", ([], ["anchor-case"], ["anchor-case"], ["anchor-case"])),
        ("/guide.md", (["missing"], ["missing"], [], [])),
        ("../README.md", ([], [], ["outside"], [])),
        ("bare/", ([], [], ["folder"], ["folder"])),
        ("guide", (["missing"], ["missing"], ["missing"], [])),
        ("#label", (["missing-anchor"], ["missing-anchor"], ["missing-anchor"], [])),
        ("guide.md#custom", (["missing-anchor"], ["missing-anchor"], [], [])),
        ("guide.md#set-up", (["missing-anchor"], ["missing-anchor"], [], [])),
    ],
)  # fmt: skip
def test_each_site_has_rules_of_its_own(target, kinds):
    assert kinds == tuple(faults(f"# Me\n\n[x]({target})\n", name) for name in PROFILES)


def test_a_page_that_two_sites_show_must_hold_on_both():
    tree = fixed({"docs/a.md": b"# A B\n\n[x](#A-B)\n"})
    roots = [Root(folder="docs", profiles=(PROFILES["github"], PROFILES["mkdocs"]))]
    (dead,) = links.check(tree, ["docs/a.md"], roots=roots).dead
    assert ("anchor-case", 3, 1) == (dead.kind, dead.line, dead.column)
    assert dead.problem.endswith("(mkdocs)")


def test_a_table_of_contents_that_was_translated_later_than_its_headings_is_found():
    text = "- [命令行工具](#命令行工具)\n- [编辑器](#编辑器)\n\n## 命令行应用\n\n## 编辑器\n"
    tree = fixed({"README.md": text.encode()})
    (dead,) = links.check(tree, ["README.md"]).dead
    assert ("#命令行工具", 1) == (dead.target, dead.line)
    assert "did you mean #命令行应用?" in dead.problem


def test_sphinx_roles_are_followed_where_sphinx_shows_the_page():
    text = "T\n=\n\n:doc:`guide` :doc:`gone` :doc:`/index` :ref:`mark` :ref:`no mark`\n"
    assert ["missing", "missing-anchor"] == faults(text, "sphinx", page="docs/one.rst")
    assert [] == faults(text, page="docs/one.rst")


def test_pages_that_cannot_be_read_are_found_and_not_passed_over():
    assert ["unreadable"] == faults(">" * 1000)
    tree = fixed({"a.md": b"\xff\xfe"})
    assert ["unreadable"] == [each.kind for each in links.check(tree, ["a.md"]).dead]


def test_what_was_examined_is_counted():
    tree = fixed({"a.md": b"[a](a.md) [b](http://b.c) [c]({{x}}) ![d](gone.png)"})
    found = links.check(tree, ["a.md"])
    assert {"pages": 1, "internal_links": 2, "external_links": 1, "template_links": 1} == found.examined
    assert ["gone.png"] == [each.target for each in found.dead]


def test_pages_are_found_below_the_places_asked_for():
    tree = fixed(dict.fromkeys(["a.md", "docs/b.rst", "docs/c.txt", "docsx/d.md"], b""))
    assert ["docs/b.rst"] == links.pages_in(tree, ["docs/"])
    assert ["a.md", "docs/b.rst", "docsx/d.md"] == links.pages_in(tree) == links.pages_in(tree, ["."])
