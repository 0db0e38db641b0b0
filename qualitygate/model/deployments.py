"""What a register of deployments says: each change to production, and whether it had to be repaired."""

from __future__ import annotations

from datetime import datetime

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One change to production.

    ``at`` is aware. ``failed``: the register says so, or another change of it repairs this one. ``remediates`` is the
    id of the change that this one repairs, ``remediated_by`` those of the changes that repair it. ``line`` is where the
    record begins.
    """

    id: str
    at: datetime
    failed: bool
    title: str = ""
    remediates: str | None = None
    remediated_by: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRegister(Report):
    """One register of deployments, in the order of its records."""

    deployments: tuple[Deployment, ...]
