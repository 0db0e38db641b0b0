"""A file that no reader recognises is told for what it seems to be meant for."""

from __future__ import annotations

from io import BytesIO

import pytest

from qualitygate import gathering
from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.resemblance import meant
from qualitygate.surroundings import around

TRAINING = b"id: TR-1\ndate: 2026-05-20\ntopik: Onboarding\naudience: support\nresults: [{who: p-01, score: 92}]\n"
RETROSPECTIVE = b"---\ndate: 2026-05-20\natendees: [p-01]\ndecision: [one]\nactions: []\n---\n"
REVIEW = b"---\nstagee: build\nstarted: 2026-01-01\nended: 2026-02-01\ndecision: pass\n---\n"
TYPOS = {
    "trainings": (TRAINING, "line 3, column 1: has the unknown key 'topik'; did you mean topic?"),
    "retrospectives": (RETROSPECTIVE, "line 3, column 1: has the unknown key 'atendees'; did you mean attendees?"),
    "reviews": (REVIEW, "line 2, column 1: has the unknown key 'stagee'; did you mean stage?"),
    "milestones": (
        b"milestones:\n  - {id: m1, title: One, deu: 2026-01-01}\n",
        "line 2, column 26: has the unknown key 'deu'; did you mean due?",
    ),
    "channels": (
        b"channels:\n  - {id: chat, contact: [{date: 2026-01-01}]}\n",
        "line 2, column 16: has the unknown key 'contact'; did you mean contacts?",
    ),
    "people": (
        b"peoples:\n  - {id: p-01, roles: [support]}\n",
        "line 1, column 1: has the unknown key 'peoples'; did you mean people?",
    ),
    "responsibilities": (
        b"responsibilities:\n  - {comitment: '1.1', accountable: p-01}\n",
        "line 2, column 6: has the unknown key 'comitment'; did you mean commitment?",
    ),
    "documents": (
        b"document:\n  - {id: manual, path: docs/manual.md}\n",
        "line 2: has the unknown key 'document'; did you mean documents?",
    ),
    "surveys": (
        b"wave:\n  - {id: 2026-q1, opened: 2026-03-02, invited: 50}\n",
        "line 1, column 1: has the unknown key 'wave'; did you mean waves?",
    ),
    "surveys, answers": (
        b"respondant,date,score\nr-01,2026-03-02,4\n",
        "line 1: has the unknown column 'respondant'; did you mean respondent?",
    ),
    "defects": (
        b"ids,severity,state,opened\n1,high,open,2026-01-01\n",
        "line 1: has the unknown column 'ids'; did you mean id?",
    ),
}


def refusal(content: bytes) -> CannotReadReport:
    rules = ReadingRules(tree=lambda: around(".").tree())
    with pytest.raises(CannotReadReport) as refused:
        gathering.read(Source(name="register", open=lambda: BytesIO(content), rules=rules))
    return refused.value


@pytest.mark.parametrize("kind", TYPOS)
def test_a_register_with_a_typo_is_told_with_the_line_of_the_typo(kind):
    content, problem = TYPOS[kind]
    told = refusal(content)
    assert "unrecognised" == told.slug
    assert str(told).startswith(f"seems to be meant for {kind.partition(',')[0]}: ")
    assert problem in str(told)


def test_what_would_be_read_says_which_reader_to_name():
    told = refusal(b"channels: [{id: chat, owner: p-01, address: support@example.org}]\n")
    assert "may be meant for channels, and can be read so; if it is, name this reader" == str(told)


@pytest.mark.parametrize(
    "content",
    [
        b"all 12 tests passed\n",
        b"name: build\non: push\njobs:\n  test:\n    steps: []\n",
        b'{"name": "shop", "version": "1.0.0", "dependencies": {}}',
        b"id,name,price\n1,tea,3\n",
        b"id: 7\ntext: two registers have these\n",
        b"\x7fELF\x00\x01",
    ],
)
def test_nothing_is_guessed_of_what_has_few_names_of_a_register_or_names_of_several(content):
    assert meant(content) is None
    assert "no reader knows it" in str(refusal(content))
