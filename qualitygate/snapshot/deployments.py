"""Registers of deployments in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.deployments import Deployment, DeploymentRegister
from qualitygate.model.evidence import Source
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, instant, maybe, texts, written


def encode(register: DeploymentRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "deployments": [_deployment(each) for each in register.deployments]}


def decode(data: Data, source: Source) -> DeploymentRegister:
    """From JSON data."""
    deployments = tuple(map(_to_deployment, data["deployments"]))
    return DeploymentRegister(**frame.decode(data, source), deployments=deployments)


def _deployment(deployment: Deployment) -> dict[str, Any]:
    return {
        "id": deployment.id,
        "at": written(deployment.at),
        "failed": deployment.failed,
        "title": deployment.title,
        "remediates": deployment.remediates,
        "remediated_by": list(deployment.remediated_by),
        "line": deployment.line,
    }


def _to_deployment(data: Data) -> Deployment:
    return Deployment(
        id=exactly(data["id"], str),
        at=instant(data["at"]),
        failed=exactly(data["failed"], bool),
        title=exactly(data["title"], str),
        remediates=maybe(data["remediates"], str),
        remediated_by=texts(data["remediated_by"]),
        line=maybe(data["line"], int),
    )
