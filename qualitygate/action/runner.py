"""What the runner of GitHub Actions takes: workflow commands, outputs, a job summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from qualitygate.escaping import line, log_line, workflow_data, workflow_property

SUMMARY_MOST = 1024**2 - 1024
"""Bytes of the job summary of one step, with some to spare: GitHub drops the whole of a longer one.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""
_LEAST = 1024


def say(text: str) -> None:
    """Lines of the log, none of which the runner takes for a command."""
    print("\n".join(map(log_line, text.splitlines())), flush=True)  # noqa: T201 - a log is what this is


def tell(commands: str) -> None:
    """Text of our own reporter, commands and all."""
    print(commands, end="", flush=True)  # noqa: T201


def command(level: str, title: str, message: str) -> None:
    """One annotation of the run: ``error``, ``warning`` or ``notice``."""
    tell(f"::{level} title={workflow_property(line(title))}::{workflow_data(message)}\n")


def summarise(environ: Mapping[str, str], report: Callable[[int], str]) -> None:
    """Add to the job summary the report in the bytes that are left."""
    path = environ.get("GITHUB_STEP_SUMMARY")
    if path:
        room = SUMMARY_MOST - (os.path.getsize(path) if os.path.exists(path) else 0)
        if room < _LEAST:
            say("the job summary is full, so the report is not in it")
            return
        with open(path, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(report(room))


def put(environ: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Set the outputs of the step; none may hold a line end, with which it could set others."""
    path = environ.get("GITHUB_OUTPUT")
    if path:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{name}={line(value)}\n" for name, value in outputs.items())
