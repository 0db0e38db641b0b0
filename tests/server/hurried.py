"""The command in a hurry: ``python -m tests.server.hurried serve …`` makes a failed attempt again very soon."""

from __future__ import annotations

import sys

from qualitygate.__main__ import main
from qualitygate.server import working

if __name__ == "__main__":
    working.FIRST = 0.2
    sys.exit(main())
