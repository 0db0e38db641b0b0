"""``python -m qualitygate`` and the command ``qualitygate``."""

from __future__ import annotations

import gc
import sys

from qualitygate import __version__

GARBAGE_THRESHOLD = 100_000
"""New objects before cycles are looked for: Python's 700 costs a start half of an empty Python, and finds nothing."""


def main() -> int:
    """Run the command line and give its exit code.

    The version is asked for by scripts at every start; it needs no command line to be built.
    """
    if sys.argv[1:] == ["--version"]:
        print(f"qualitygate {__version__}")  # noqa: T201
        return 0
    gc.set_threshold(GARBAGE_THRESHOLD)
    from qualitygate.cli import main as run  # noqa: PLC0415 - click costs three times an empty Python start

    return run()


if __name__ == "__main__":
    sys.exit(main())
