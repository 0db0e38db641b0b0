"""Showing problems: slug, message, way out, and the line it stands in."""

from __future__ import annotations

import click

from qualitygate.errors import ConfigError, Problem, QualityGateError
from qualitygate.escaping import line
from qualitygate.exits import of_error


def show(error: QualityGateError) -> int:
    """Show an error on standard error and give the exit code it stands for."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            show_problem("error", problem)
        return of_error(error)
    click.echo(f"error[{error.slug}]: {line(str(error))}", err=True)
    return of_error(error)


def show_problem(level: str, problem: Problem) -> None:
    """One problem, with an excerpt of the file where it can still be read."""
    click.echo(
        f"{level}[{problem.slug}]: {line(problem.message)}"
        + (f"   help: {line(problem.help)}" if problem.help else ""),
        err=True,
    )
    if not problem.file:
        return
    click.echo(f"  --> {line(problem.file)}" + (f":{problem.line}:{problem.column}" if problem.line else ""), err=True)
    text = _line_of(problem)
    if text is not None:
        number = str(problem.line)
        click.echo(f"   {number} | {text}\n   {' ' * len(number)} | {' ' * (problem.column - 1)}^", err=True)


def _line_of(problem: Problem) -> str | None:
    if not problem.line:
        return None
    try:
        with open(problem.file, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
        return (
            line(lines[problem.line - 1].rstrip())
            if lines[problem.line - 1][:1].strip()
            else " " * _indent(lines[problem.line - 1]) + line(lines[problem.line - 1])
        )
    except (OSError, UnicodeDecodeError, IndexError):
        return None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
