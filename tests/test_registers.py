"""The published schemas of registers say what the readers hold them against, and refuse nothing that is read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qualitygate import registry, yamltext
from qualitygate.config import schemas
from qualitygate.documents import frontmatter
from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from tests import registers

QUALITY = Path(__file__).parent.parent / "examples" / "aftersales" / "quality"
FILES = {
    "trainings": "trainings/*.yml",
    "surveys": "surveys/waves.yml",
    "retrospectives": "retrospectives/*.md",
    "milestones": "milestones.yml",
    "responsibilities": "responsibilities.yml",
    "people": "people.yml",
    "reviews": "reviews/*.md",
    "channels": "channels.yml",
}
SEVERAL = {
    "trainings": "trainings:\n- {id: T1, date: 2026-05-20, topic: Tea, audience: support, evidence: [{path: a.pdf}]}\n",
    "surveys": "answers:\n- {respondent: r-1, score: 4, comment: fine}\n- {respondent: 7, recommend: n/a}\n",
    "people": "people:\n- {id: 7, roles: support, active: no}\n- {id: p-2, roles: [support, 3], deputy: }\n",
    "milestones": "anchors: {start: 2026-01-01}\nmilestones:\n- {id: m, due: start + P2M, evidence: a.pdf}\n",
}


def texts(kind: str) -> list[str]:
    found = [path.read_text(encoding="utf-8") for path in sorted(QUALITY.glob(FILES[kind]))]
    assert found
    return [*found, *([SEVERAL[kind]] if kind in SEVERAL else [])]


def data(text: str) -> dict[str, Any]:
    """What an editor holds against the schema: the document, or the front matter of a page."""
    document = frontmatter.document(text, "register") if text.startswith("---") else yamltext.parse(text, "register")
    found: dict[str, Any] = document.data
    return found


def is_read(kind: str, text: str) -> bool:
    try:
        list(registry.reader(kind).read(Source(name="register", open=lambda: BytesIO(text.encode()))))
    except CannotReadReport:
        return False
    return True


def is_valid(kind: str, text: str) -> bool:
    return jsonschema.Draft7Validator(schemas.schema(kind)).is_valid(data(text))


@pytest.mark.parametrize("kind", registers.OUTLINES)
def test_what_is_published_is_what_the_reader_holds_a_register_against(kind):
    assert registers.text(kind) == schemas.text(kind), "python -m tests.registers"


@pytest.mark.parametrize("kind", registers.OUTLINES)
def test_what_is_read_is_valid(kind):
    for text in texts(kind):
        assert (True, True) == (is_read(kind, text), is_valid(kind, text)), text


def keys(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node).union(*map(keys, node.values()))
    return set().union(*map(keys, node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("kind", registers.OUTLINES)
def test_a_typo_in_any_key_is_found_by_both(kind):
    tried = 0
    for text in texts(kind)[:2]:
        head = text.partition("\n---")[0]
        for key in sorted(keys(data(text)) - {"start", "contract_start"}):
            typo = head.replace(f"{key}:", f"{key}x:", 1) + text[len(head) :]
            if typo != text and data(typo) != data(text):
                assert (False, False) == (is_read(kind, typo), is_valid(kind, typo)), typo
                tried += 1
    assert tried > 1


def test_an_editor_offers_the_words_of_a_choice_and_takes_them_in_any_case():
    (choice,) = [each for each in schemas.schema("reviews")["properties"]["decision"]["anyOf"] if "enum" in each]
    assert ["pass", "pass-with-actions", "fail"] == choice["enum"]
    assert is_valid("reviews", "---\nstage: build\nstarted: 2026-01-01\ndecision: PASS\n---\n")
