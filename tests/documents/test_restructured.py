"""reStructuredText to a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents import restructured
from qualitygate.documents.page import Link

PAGE = """\
Title
=====

See `text <b.md>`_, `other`_, `none`_, :doc:`intro` and :ref:`a label <lab>`.

.. _lab:

Sub title
---------

.. _other: target.rst

.. image:: pic.png

.. include:: /etc/passwd

.. toctree::
   :maxdepth: 2

   first
   Second <sub/second>
   https://example.org

http://x.example
"""


def test_links_images_targets_and_what_sphinx_adds_have_their_places():
    found = restructured.read(PAGE)
    assert [
        Link("b.md", 4, 12),
        Link("doc:intro", 4, 46),
        Link("ref:lab", 4, 65),
        Link("target.rst", 11, 12),
        Link("pic.png", 13, 12, image=True),
        Link("doc:first", 20, 4),
        Link("doc:sub/second", 21, 4),
        Link("https://example.org", 22, 4),
        Link("http://x.example", 24, 1),
    ] == sorted(found.links, key=lambda link: link.line)
    assert [Link("none", 4, 32)] == list(found.undefined)
    assert ["Title", "Sub title"] == [heading.text for heading in found.headings]
    assert {"title", "sub-title", "lab"} <= found.anchors


@pytest.mark.parametrize(
    "text",
    ["* " * 3000, "*a " * 20_000, "`" * 100_000, ".. " * 5_000, "x" * (restructured.SIZE_CAP + 1), "|\n" * 9_000],
)
def test_a_hostile_page_is_read_or_refused_but_breaks_nothing(text):
    assert restructured.read(text).problem is not None


@given(st.text(alphabet=st.sampled_from(list("`_*|.:<>=-~ \n\ta安[]#\\+")), max_size=120))
def test_whatever_a_page_holds_it_is_a_page(text):
    assert restructured.read(text).whole or restructured.read(text).problem
