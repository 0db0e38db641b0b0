"""What an earlier run knew counts exactly while nothing that it read has changed."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.documents import links
from qualitygate.documents.cache import Cache
from tests.samples import tree as fixed

FILES = {"a.md": b"# A\n\n[x](b.md#c) [y](c.py#L2) [z][nope]\n", "b.md": b"# B\n\n[x](a.md)\n", "c.py": b"1\n2\n"}


def run(files, stored=None, key=("k",)):
    """The answer of a run, whether the cache gave it whole, and what the run leaves behind."""
    tree = fixed(files)
    cache = Cache(tree, key, None if stored is None else BytesIO(stored))
    answer = cache.answer()
    if answer is not None:
        return answer, True, stored
    from dataclasses import replace

    found = links.check(replace(tree, open=cache.watched()), links.pages_in(tree), page=cache.page)
    return found, False, b"".join(cache.lines(found))


def test_a_warm_run_gives_the_same_answer_without_parsing(monkeypatch):
    cold, _, stored = run(FILES)
    monkeypatch.setattr(links, "parsed", None)
    warm, whole, _ = run(FILES, stored)
    assert (True, cold) == (whole, warm)
    assert ["missing-anchor", "undefined"] == [each.kind for each in warm.dead]


@pytest.mark.parametrize(
    "change", [{"b.md": b"# B\n\n## C\n"}, {"c.py": b"1\n"}, {"d.md": b"# D\n"}, {"a.md": b"# A\n"}]
)
def test_any_change_is_seen_and_the_answer_is_that_of_a_cold_run(change):
    _, _, stored = run(FILES)
    warm, whole, _ = run({**FILES, **change}, stored)
    assert not whole
    assert run({**FILES, **change})[0] == warm


def test_another_question_is_not_answered_by_the_cache():
    _, _, stored = run(FILES)
    assert not run(FILES, stored, key=("other",))[1]


@given(cut=st.integers(0, 2000), junk=st.binary(max_size=20))
def test_a_cache_that_is_not_whole_changes_no_answer(cut, junk):
    cold, _, stored = run(FILES)
    broken = stored[:cut] + junk
    assert cold == run(FILES, broken)[0] or broken.startswith(stored.split(b"\n")[0])
