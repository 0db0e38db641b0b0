"""CPU time of child processes, in turn, as ratios within a round: all that stays the same on a noisy machine."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

Command = Sequence[str]
HINDERS = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONHASHSEED", "PYTHONPROFILEIMPORTTIME")


def environment(**more: str) -> dict[str, str]:
    """Ours, without the variables that would make every start compile its modules again."""
    return {**{name: value for name, value in os.environ.items() if name not in HINDERS}, **more}


def cpu(command: Command, *, folder: str | None = None, accept: Sequence[int] = (0,)) -> float:
    """User and system seconds of one run of a command. Raises where it ends in any other way than is accepted."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        command, cwd=folder, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in accept:
        raise RuntimeError(f"{' '.join(command)} ended with {run.returncode}:\n{run.stdout[-500:]}{run.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def answer(module: str, *arguments: str) -> Any:
    """What ``python -m module`` prints, as JSON."""
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {run.returncode}:\n{run.stderr[-2000:]}")
    return json.loads(run.stdout)


def used() -> float:
    """User and system seconds of this process so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def peak() -> float:
    """The most memory this process has held, in MB.

    ``ru_maxrss`` would count the parent from before the ``exec`` as well, so Linux is asked for the process's own.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    except OSError:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return own / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_turn(rounds: int, subjects: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Every subject once a round, A B C A B C, after one round that only warms the caches."""
    for subject in subjects.values():
        subject()
    return again(rounds, subjects)


def again(rounds: int, subjects: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Every subject once a round, with nothing to warm."""
    measured: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, subject in subjects.items():
            measured[name].append(subject())
    return measured


def ratio(measured: Mapping[str, Sequence[float]], of: str, to: str) -> float:
    """The median of the ratios within a round."""
    return median(one / other for one, other in zip(measured[of], measured[to], strict=True))
