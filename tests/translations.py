"""The catalogues of translations: what the code marks, written into each of them, and compiled.

``python -m tests.translations`` after a text has changed: what is new has no translation yet, what is gone is gone, and
the compiled catalogue is made anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

import qualitygate
from qualitygate import amounts, language, registry

SOURCES = Path(qualitygate.__file__).parent
OURS = registry.names(registry.MEASURES)
"""Our measures; a developer may have others installed."""
MARKS = ("say", "marked")
STAMP = datetime(2026, 11, 22, tzinfo=UTC)
"""In every header, so that a catalogue only differs where its words do."""


def marked() -> dict[str, list[str]]:
    """Every text there is to translate, with the files that it stands in, in the order they are read."""
    found: dict[str, list[str]] = {}
    for file in sorted(SOURCES.rglob("*.py")):
        for text in in_python(file.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(file.relative_to(SOURCES).as_posix())
    for file in sorted(SOURCES.rglob("*.j2")):
        for text in in_template(file.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(file.relative_to(SOURCES).as_posix())
    for text in nouns():
        found.setdefault(text, []).append("nouns")
    for text in formulas():
        found.setdefault(text, []).append("formulas")
    return found


def in_python(source: str) -> Iterator[str]:
    """The marked texts of a module; one that is put together where it is marked would never be found."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            assert not isinstance(node.args[0], (ast.JoinedStr, ast.BinOp)), ast.unparse(node)
            if isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def in_template(source: str) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS and isinstance(call.args[0], nodes.Const):
            yield call.args[0].value


def nouns() -> list[str]:
    """What is counted: by metrics, and beside them."""
    of_metrics = [metric.noun for name in OURS for metric in registry.measure(name).metrics]
    return [*amounts.NOUNS, *of_metrics]


def formulas() -> list[str]:
    return [metric.formula for name in OURS for metric in registry.measure(name).metrics]


def path(lang: str, kind: str) -> Path:
    return Path(language.FOLDER) / lang.replace("-", "_") / "LC_MESSAGES" / f"{language.DOMAIN}.{kind}"


def catalogue(lang: str) -> Catalog:
    """The catalogue as it is kept."""
    with path(lang, "po").open("rb") as file:
        return read_po(file, locale=lang.replace("-", "_"))


def renewed(lang: str) -> Catalog:
    """The catalogue with all marked texts and no other."""
    known = {message.id: message.string for message in catalogue(lang)} if path(lang, "po").exists() else {}
    new = Catalog(
        locale=lang.replace("-", "_"),
        domain=language.DOMAIN,
        header_comment=f"# The words of qualitygate in {lang}. Written by tests/translations.py, translated by hand.",
        project="qualitygate",
        version="1",
        creation_date=STAMP,
        revision_date=STAMP,
        last_translator="The qualitygate developers",
        language_team="The qualitygate developers",
        fuzzy=False,
    )
    for text, files in marked().items():
        new.add(text, known.get(text, ""), auto_comments=sorted(set(files)))
    return new


def as_po(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalog, width=120, no_location=True)
    return written.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def main() -> None:
    for lang in language.LANGUAGES[1:]:
        catalog = renewed(lang)
        path(lang, "po").parent.mkdir(parents=True, exist_ok=True)
        path(lang, "po").write_bytes(as_po(catalog))
        path(lang, "mo").write_bytes(as_mo(catalog))
        lacking = [message.id for message in catalog if message.id and not message.string]
        print(f"{lang}: {len(catalog)} texts, {len(lacking)} not translated")  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
