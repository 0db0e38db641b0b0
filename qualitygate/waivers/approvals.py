"""What git tells of the approval of each waiver of a register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qualitygate.config.files import WORK_TREE
from qualitygate.config.inheritance import SIZE_CAP
from qualitygate.errors import CannotTellChanges
from qualitygate.model.people import Person
from qualitygate.waivers.foureyes import FourEyes, Seen, four_eyes
from qualitygate.waivers.history import past, records_in
from qualitygate.waivers.identity import people


def approvals(path: str, waivers: Sequence[str], persons: Sequence[Person] = ()) -> Mapping[str, FourEyes]:
    """Whether both pairs of eyes are seen, for waivers by their ids in the register at a path of the work tree."""
    try:
        known = past(path)
        now = records_in(WORK_TREE.read(path, SIZE_CAP))
        among = people(persons)
        return {id: four_eyes(id, now.get(id, {}), known, among) for id in waivers}
    except CannotTellChanges as error:
        return dict.fromkeys(waivers, FourEyes(seen=Seen.NOT_TOLD, why=str(error)))


def unasked(ref: str) -> Callable[[str, Sequence[str], Sequence[Person]], Mapping[str, FourEyes]]:
    """What is known of waivers that stand in a register of another commit: nobody asked there."""
    told = FourEyes(seen=Seen.NOT_TOLD, why=f"the register is that of {ref}; run qualitygate waiver lint there")
    return lambda _path, waivers, _persons: dict.fromkeys(waivers, told)
