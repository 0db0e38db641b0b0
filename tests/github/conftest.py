"""The GitHub double, started once for a session and fresh for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.github.double.blobs import Blobs
from tests.github.double.description import judge
from tests.github.double.github import GitHub
from tests.github.double.graphql import parsed
from tests.github.double.npm import CannotInstall
from tests.github.double.server import serving
from tests.github.double.wire import Wire


@pytest.fixture(scope="session")
def running_double() -> Iterator[GitHub]:
    try:
        wire = Wire(description=judge())
        parsed()  # now, so that no client waits for it
    except CannotInstall as why:
        if os.environ.get("QUALITYGATE_REQUIRE_NPM") == "1":
            raise
        pytest.skip(f"GitHub's description is not here: {why}")
    with serving(wire) as url, serving(Blobs(wire=wire)) as blobs:
        wire.blobs = blobs
        yield GitHub(wire=wire, url=url)


@pytest.fixture
def github(running_double: GitHub) -> Iterator[GitHub]:
    """An empty GitHub; at the end, whatever its description holds against requests or answers fails the test."""
    running_double.reset()
    yield running_double
    problems = running_double.take_problems()
    if problems:
        pytest.fail("\n".join(problems))
