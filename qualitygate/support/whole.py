"""All tickets that are judged together: what is to be said beside the numbers of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from qualitygate.model.period import named
from qualitygate.support.asides import Reach, cut_short, left_out, listed, unpromised, unseen
from qualitygate.support.case import LATE_BEFORE, TicketCase
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Tickets as they were at ``now``, and how far their registers reach. Months, like ``2026-10``, are of ``zone``."""

    cases: tuple[TicketCase, ...]
    reaches: tuple[Reach, ...]
    zone: tzinfo
    now: datetime

    def month(self, moment: datetime) -> str:
        """The month that a moment belongs to."""
        return f"{moment.astimezone(self.zone):%Y-%m}"

    def missing(self, month: str) -> str:
        """How far the registers reach, where one was written before a month that is over by now had ended."""
        end = self._end(month)
        return "; ".join(unseen(self.reaches, end, self.zone)) if end and cut_short(self.reaches, end) else ""

    def beside(self, clock: str, months: Sequence[str]) -> dict[str, str]:
        """What must be said beside a clock's numbers of each month: of the tickets it brought, and of those it judged.

        Of a month without numbers it is said beside the next that has some, else beside the last: nothing that was
        left out goes unnamed.
        """
        received: dict[str, list[TicketCase]] = {month: [] for month in months}
        late_before: dict[str, list[str]] = {}
        for case in self.cases:
            received.setdefault(self.month(case.clocks.start), []).append(case)
            for run in case.runs:
                if run.late_before and run.run.clock == clock and run.at is not None:
                    late_before.setdefault(self.month(run.at), []).append(case.ticket.id)
        spoken: dict[str, list[str]] = {month: [] for month in months}
        for month, brought in sorted(received.items()):
            reasons = {**left_out(brought, clock), **unpromised(brought)}
            if month in late_before:
                reasons[LATE_BEFORE] = tuple(dict.fromkeys(late_before[month]))
            end = self._end(month)
            told = "; ".join((*listed(reasons), *(unseen(self.reaches, end, self.zone) if end else ())))
            if told:
                spoken[next((each for each in months if each >= month), months[-1])].append(f"{month}: {told}")
        return {month: "; ".join(parts) for month, parts in spoken.items()}

    def _end(self, month: str) -> datetime | None:
        """When a month ended; ``None`` where it has not."""
        end = named(month, self.now.astimezone(self.zone)).end
        return end if end <= self.now else None
