"""What of a repository a token reaches: GitHub is asked with it, kind by kind, and believed for a few minutes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Lock

from qualitygate.github.people import Kind, Readable, reads
from qualitygate.server.access import BELIEVED, Access
from qualitygate.server.session import Session

LANES = 8
"""How many repositories are asked about at once."""
_MOST = 20_000
_Key = tuple[str, int, Kind]


class Reach:
    """What tokens reach. Raises :class:`~qualitygate.errors.CannotUseGitHub` where GitHub cannot be asked."""

    def __init__(self, access: Access, clock: Callable[[], datetime]) -> None:
        self._access, self._clock = access, clock
        self._known: OrderedDict[_Key, tuple[datetime, bool]] = OrderedDict()
        self._lock = Lock()

    def of(self, token: Session, repositories: Iterable[Readable], kind: Kind) -> frozenset[int]:
        """The ids of those repositories in which a token may read what is of this kind.

        What everybody may read needs no right; where there are no issues, what is told of them is told with the code.
        """
        wanted = {each.id: (each, _asked(each, kind)) for each in repositories}
        free = {id for id, (each, of) in wanted.items() if not each.private and of is not Kind.HOOKS}
        known = {id: self._believed((token.id, id, of)) for id, (_, of) in wanted.items() if id not in free}
        unknown = [wanted[id] for id, answer in known.items() if answer is None]
        return frozenset(free | {id for id, answer in known.items() if answer} | self._ask(token, unknown))

    def _believed(self, key: _Key) -> bool | None:
        with self._lock:
            at, answer = self._known.get(key, (None, None))
        return answer if at is not None and at > self._clock() - BELIEVED else None

    def _ask(self, token: Session, unknown: Sequence[tuple[Readable, Kind]]) -> set[int]:
        if not unknown:
            return set()

        def ask(lane: Sequence[tuple[Readable, Kind]]) -> list[tuple[_Key, bool]]:
            with self._access.client(token) as client:
                return [((token.id, each.id, kind), reads(client, each.name, kind)) for each, kind in lane]

        lanes, now = [unknown[first::LANES] for first in range(min(LANES, len(unknown)))], self._clock()
        with ThreadPoolExecutor(len(lanes)) as pool:
            answers = [each for lane in pool.map(ask, lanes) for each in lane]
        with self._lock:
            for key, answer in answers:
                self._known[key] = (now, answer)
                self._known.move_to_end(key)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return {id for (_, id, _), answer in answers if answer}


def _asked(of: Readable, kind: Kind) -> Kind:
    return Kind.CONTENTS if kind is Kind.ISSUES and not of.issues else kind
