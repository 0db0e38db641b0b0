"""``python -m qualitygate.action``: what ``action.yml`` runs."""

from __future__ import annotations

import os
import sys

from qualitygate import exits
from qualitygate.action import run
from qualitygate.action.runner import command


def main() -> int:
    """Run the step; a bug is told as one and has an exit code of its own."""
    try:
        return run(os.environ)
    except Exception as error:
        if os.environ.get("QUALITYGATE_DEBUG"):
            raise
        command("error", "qualitygate", f"internal error: {type(error).__name__}: {error}; this is a bug")
        return exits.BUG


if __name__ == "__main__":
    sys.exit(main())
