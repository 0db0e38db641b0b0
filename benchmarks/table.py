"""The rows of the table that a run prints: what, the goal, what was measured, and whether it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure; ``goal`` is the most it may be, ``None`` where it is only told."""

    what: str
    measured: float
    goal: float | None = None
    unit: str = "x"
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.goal is None or self.measured <= self.goal

    def __str__(self) -> str:
        goal = "" if self.goal is None else f"<= {self.goal:g} {self.unit}"
        state = "" if self.goal is None else "ok" if self.kept else "ABOVE"
        measured = f"{self.measured:.{3 if self.measured < 2 else 2}f} {self.unit}"
        return f"| {self.what} | {goal} | {measured} | {state} | {self.note} |"


HEAD = "| what | goal | measured | ok | |\n| --- | --- | --- | --- | --- |"
