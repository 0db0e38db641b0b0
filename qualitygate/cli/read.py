"""``read``: what a report file says, with no policy needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from qualitygate import gathering
from qualitygate.cli.options import format_option
from qualitygate.cli.summaries import summary, told
from qualitygate.errors import CannotReadReport
from qualitygate.escaping import line
from qualitygate.exits import MET, NO_DATA
from qualitygate.model.evidence import ReadingRules
from qualitygate.sources import source
from qualitygate.surroundings import around

RULES = ReadingRules(tree=lambda: around(".").tree())


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--as", "reader", metavar="READER", help="Read with this reader; default: by the content.")
@format_option("text", "json", "jsonl")
def read(files: Sequence[str], reader: str | None, format_name: str) -> int:
    """Read report FILES and show what they say. Exits 3 where one cannot be read."""
    rows = []
    for path in files:
        rows.append(_row(path, reader))
        if format_name == "jsonl":
            click.echo(json.dumps(rows[-1]))
        elif format_name == "text":
            click.echo(_text(rows[-1]))
    if format_name == "json":
        click.echo(json.dumps(rows, indent=2))
    return NO_DATA if any("error" in row for row in rows) else MET


def _row(path: str, reader: str | None) -> dict[str, Any]:
    try:
        evidence = list(gathering.read(source(path, path, reader=reader, rules=RULES)))
    except CannotReadReport as error:
        return {"path": path, "error": {"slug": error.slug, "message": str(error)}}
    return {"path": path, **summary(evidence)}


def _text(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"{line(row['path'])}: {line(row['error']['message'])} [{row['error']['slug']}]"
    return f"{line(row['path'])}: {told(row)}"
