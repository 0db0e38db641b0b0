"""``python -m benchmarks [--quick] [SUBJECT ...]``: measure, print the table, exit 1 where a goal is not kept."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from benchmarks.clock import HINDERS
from benchmarks.table import HEAD

SUBJECTS = (
    "reading",
    "parts",
    "coverage",
    "findings",
    "memory",
    "start",
    "policy",
    "hostile",
    "plugin",
    "support",
    "documents",
    "evidence",
    "load",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and no million tests")
    options = parser.parse_args()
    for name in HINDERS:
        os.environ.pop(name, None)
    print(HEAD)
    kept = True
    for subject in options.subjects or SUBJECTS:
        for row in import_module(f"benchmarks.{subject}").run(options.quick):
            print(row, flush=True)
            kept = kept and row.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
