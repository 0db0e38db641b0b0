"""``python -m qualitygate`` and the command ``qualitygate``."""

from __future__ import annotations

import sys

from qualitygate.cli import main

if __name__ == "__main__":
    sys.exit(main())
