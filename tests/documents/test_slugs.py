"""Anchors of headings, as GitHub, GitLab, MkDocs and Sphinx make them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents import slugs

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "documents" / "slugs.json"
GITHUB = {
    "Set up": "set-up",
    "  two  spaces ": "--two--spaces-",
    "A. First (draft)": "a-first-draft",
    "`code` & more": "code--more",
    "snake_case-kebab": "snake_case-kebab",
    "安装 指南（第二版）": "安装-指南第二版",
    "Straße ÀÉ": "straße-àé",
    "x² + ½": "x--",
    "🚀 Launch": "-launch",
    "e\u0301t\u00e9": "e\u0301t\u00e9",
    "Ⓑ ⓒ": "ⓑ-ⓒ",
    "zero\u200bwidth": "zerowidth",
    "": "",
}


@pytest.mark.parametrize(("text", "slug"), GITHUB.items())
def test_github_keeps_letters_marks_digits_connectors_hyphens_and_spaces(text, slug):
    assert slug == slugs.github(text)


@pytest.mark.skipif(not CORPUS.is_file(), reason="the corpus is not beside this checkout (../shared)")
def test_the_corpus_of_slugs_agrees_wholly():
    cases = json.loads(CORPUS.read_text(encoding="utf-8"))
    assert cases
    assert [case["slug"] for case in cases] == [slugs.github(case["heading_text"]) for case in cases]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["a", "a", "a"], ["a", "a-1", "a-2"]),
        (["a-1", "a", "a"], ["a-1", "a", "a-2"]),
        (["a", "a-1", "a"], ["a", "a-1", "a-2"]),
        (["a", "a", "a-1", "a-1"], ["a", "a-1", "a-1-1", "a-1-2"]),
        (["", ""], ["", "-1"]),
    ],
)
def test_a_heading_that_was_there_before_is_counted(texts, found):
    assert found == list(slugs.counted(texts))


@given(st.lists(st.sampled_from(["a", "a-1", "a-1-1", "b", ""]), max_size=12))
def test_no_two_headings_share_an_anchor(texts):
    assert len(texts) == len(set(slugs.counted(texts))) == len(set(slugs.underscored(texts)))


SLUGGER = """
import GithubSlugger, {slug} from 'github-slugger'
const cases = JSON.parse(process.argv[1])
console.log(JSON.stringify([cases.plain.map((text) => slug(text)), cases.lists.map((texts) => {
  const one = new GithubSlugger(); return texts.map((text) => one.slug(text)) })]))
"""


@pytest.fixture(scope="module")
def slugger(tmp_path_factory):
    """The slugger that remark and others use, from npm."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("npm is not here, so there is no github-slugger to compare with")
    folder = tmp_path_factory.mktemp("slugger")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), "github-slugger@2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "CI": "1"})
    if done.returncode:
        pytest.skip(f"github-slugger cannot be installed: {done.stderr.strip()[:200]}")

    def ask(**cases: list):
        node = ["node", "--input-type=module", "-e", SLUGGER, json.dumps(cases)]
        return json.loads(subprocess.run(node, cwd=folder, capture_output=True, text=True, check=True).stdout)

    return ask


def test_what_github_slugger_generates_is_what_we_accept(slugger):
    texts = [*GITHUB, *(f"x{chr(code)}y" for block in BLOCKS for code in block)]
    lists = [["a", "a", "a-1", "A", "a 1"], ["é", "É", "é-1"], ["安装", "安装", "安装-1"], ["", "", "-1"]]
    plain, counted = slugger(plain=texts, lists=lists)
    differing = {text: slug for text, slug in zip(texts, plain, strict=True) if slug != slugs.github(text)}
    assert {} == differing
    assert counted == [list(slugs.counted(map(slugs.github, each))) for each in lists]


BLOCKS = (
    range(0x20, 0x250),
    range(0x2000, 0x2070),
    range(0x2150, 0x218C),
    range(0x2460, 0x2500),
    range(0x3000, 0x3400),
)
"""Latin, punctuation, number forms, enclosed characters, CJK punctuation and enclosed letters."""


@pytest.mark.parametrize(
    ("make", "text", "slug"),
    [
        (slugs.gitlab, "This is - a heading", "this-is-a-heading"),
        (slugs.gitlab, " 2024 ", "anchor-2024"),
        (slugs.gitlab, "安装 指南！", "安装-指南"),
        (slugs.mkdocs, "Set  up - now!", "set-up-now"),
        (slugs.mkdocs, "安装", ""),
        (slugs.mkdocs, "Café", "cafe"),
        (slugs.myst, "What's new", "whats-new"),
        (slugs.docutils, "1. What's new?", "what-s-new"),
        (slugs.docutils, "安装", ""),
    ],
)
def test_other_sites_make_other_anchors(make, text, slug):
    assert slug == make(text)


def test_myst_and_docutils_agree_with_ours():
    nodes = pytest.importorskip("docutils.nodes", reason="docutils is not installed")
    myst = pytest.importorskip("myst_parser.mdit_to_docutils.base", reason="myst-parser is not installed")
    for text in [*GITHUB, "1. What's new?", "-a-", "Été 9 x"]:
        assert nodes.make_id(text) == slugs.docutils(text)
        assert myst.default_slugify(text) == slugs.myst(text)


def test_mkdocs_numbers_with_underscores_and_never_leaves_an_anchor_empty():
    assert ["a", "a_1", "_1", "_2", "a_2"] == list(slugs.underscored(["a", "a", "", "", "a_1"]))
