"""An issue form: its fields, which GitHub writes into an issue under their labels, without their ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from qualitygate.values import dataclass

INPUT, AREA = "input", "textarea"
EMPTY = "_no response_"
"""What GitHub writes for a field that was left empty."""
_HEADING = "### "
_MARK = re.compile(r"(?:[-*+]|[0-9]{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_FENCE = re.compile(r"(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. ``label`` is in two languages, parted by a slash; ``render`` is how GitHub fences what is written."""

    id: str
    label: str
    kind: str = INPUT
    description: str = ""
    placeholder: str = ""
    required: bool = False
    render: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """What may stand above its answer: the label, or one of its languages."""
        return tuple(each.strip().casefold() for each in (self.label, *self.label.split("/")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form by its name, which is also its label, or of issues that are found by their parent without one."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]

    @property
    def path(self) -> str:
        """Where GitHub looks for it."""
        return f".github/ISSUE_TEMPLATE/{self.name}.yml"

    def answers(self, body: str) -> dict[str, list[str]]:
        """Each answer by the field's id: as many as the field is there, none where it is empty.

        What stands under other headings is nobody's answer.
        """
        known = {heading: each.id for each in self.fields for heading in each.headings}
        found: dict[str, list[str]] = {each.id: [] for each in self.fields}
        for heading, text in _sections(body):
            if heading in known and text and text.casefold() != EMPTY:
                found[known[heading]].append(text)
        return found

    def template(self) -> str:
        """The form as GitHub reads it."""
        return f"{_HEAD.format(**_quoted(self))}{''.join(map(_field, self.fields))}"


def lines(text: str) -> list[str]:
    """The lines of an answer that say something, without what makes them a list."""
    told = (_MARK.sub("", line.strip(), count=1).strip() for line in text.splitlines())
    return [line for line in told if line and not _FENCE.match(line)]


def _sections(body: str) -> Iterator[tuple[str, str]]:
    """What stands under each heading; what looks like one within a fence is text."""
    heading, gathered, fence = "", list[str](), ""
    for line in body.splitlines():
        mark = _FENCE.match(line.strip())
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence):
            fence = ""
        if line.startswith(_HEADING) and not fence:
            yield heading, "\n".join(gathered).strip()
            heading, gathered = line[len(_HEADING) :].strip().casefold(), []
        else:
            gathered.append(line)
    yield heading, "\n".join(gathered).strip()


def _quoted(form: Form) -> dict[str, str]:
    values = {"title": form.title, "description": form.description, "name": form.name}
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}


def _field(each: Field) -> str:
    attributes = {"label": each.label, "description": each.description, "placeholder": each.placeholder}
    told = [f"      {key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in attributes.items() if text]
    render = f"      render: {each.render}\n" if each.render else ""
    needed = "    validations:\n      required: true\n" if each.required else ""
    return f"  - type: {each.kind}\n    id: {each.id}\n    attributes:\n{''.join(told)}{render}{needed}"


_HEAD = """\
name: {title}
description: {description}
labels: [{name}]
body:
"""
