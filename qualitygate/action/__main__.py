"""``python -m qualitygate.action``: what ``action.yml`` runs."""

from __future__ import annotations

import io
import os
import sys

from qualitygate import exits
from qualitygate.action import run
from qualitygate.action.runner import command


def main() -> int:
    """Run the step; a bug is told as one and has an exit code of its own.

    The log is UTF-8 whatever the runner's locale: no word of a report may end the step.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return run(os.environ)
    except Exception as error:
        if os.environ.get("QUALITYGATE_DEBUG"):
            raise
        command("error", "qualitygate", f"internal error: {type(error).__name__}: {error}; this is a bug")
        return exits.BUG


if __name__ == "__main__":
    sys.exit(main())
