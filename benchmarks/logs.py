"""SARIF logs that the benchmarks read, an answer key beside each."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from benchmarks.generate import cached

RULES = 300
SILENT = 0.3
"""How many results leave their level to their rule."""
LEVELS = ("error", "warning", "warning", "note", "none")
_TEXTS = (
    "Local variable 'total' is assigned to but never used.",
    "This query depends on a [user-provided value](1).",
    'Unexpected "console" statement; größer als null ist kein Wert.',
    "Function has a complexity of 17, which is more than the 15 that are allowed.",
)


def log(results: int) -> str:
    """The path of one log of one run, as a linter with a data-flow analysis writes it: compact, on one line."""
    return cached(f"log-{results}.sarif", partial(_write, results))


def key(results: int) -> Mapping[str, int]:
    """The right answer: how many results there are of each level."""
    with open(cached(f"log-{results}.key.json", partial(_write_key, results)), encoding="utf-8") as file:
        told: dict[str, int] = json.load(file)
        return told


def _level(rule: int) -> str:
    return LEVELS[rule % len(LEVELS)]


def _drawn(results: int) -> list[tuple[int, str | None]]:
    """The rule and the level of each result."""
    chance = random.Random(20_261_122)
    return [
        (chance.randrange(RULES), None if chance.random() < SILENT else chance.choice(LEVELS)) for _ in range(results)
    ]


def _write_key(results: int, path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        json.dump(Counter(level or _level(rule) for rule, level in _drawn(results)), file)


def _write(results: int, path: str) -> None:
    head = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": []}
    driver = {"name": "lint", "version": "8.1.0", "rules": [_rule(number) for number in range(RULES)]}
    with open(path, "w", encoding="utf-8") as file:
        file.write(_compact(head)[:-2] + f'{{"tool":{_compact({"driver": driver})},"results":[')
        told = (_compact(_result(number, rule, level)) for number, (rule, level) in enumerate(_drawn(results)))
        file.writelines(("," if number else "") + result for number, result in enumerate(told))
        file.write('],"columnKind":"utf16CodeUnits"}]}')


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _rule(number: int) -> dict[str, Any]:
    return {
        "id": f"lint/rule-{number:03}",
        "shortDescription": {"text": _TEXTS[number % len(_TEXTS)]},
        "defaultConfiguration": {"level": _level(number)},
        "properties": {"tags": ["maintainability"], "precision": "high"},
    }


def _result(number: int, rule: int, level: str | None) -> dict[str, Any]:
    told = {"level": level} if level else {}
    return {
        "ruleId": f"lint/rule-{rule:03}",
        "ruleIndex": rule,
        **told,
        "message": {"text": _TEXTS[number % len(_TEXTS)]},
        "locations": [{"physicalLocation": _place(number, number % 997)}],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{number * 2_654_435_761 % 2**64:016x}:1",
            "primaryLocationStartColumnFingerprint": str(number % 40),
        },
        "relatedLocations": [
            {"id": 1, "physicalLocation": _place(number + 7, number % 89), "message": {"text": "user-provided value"}}
        ],
    }


def _place(number: int, line: int) -> dict[str, Any]:
    file = {"uri": f"src/package_{number % 53:03}/module_{number % 4099:05}.py", "uriBaseId": "%SRCROOT%", "index": 1}
    region = {"startLine": line + 1, "startColumn": 5, "endLine": line + 2, "endColumn": 33}
    return {"artifactLocation": file, "region": region}
