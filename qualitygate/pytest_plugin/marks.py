"""The suite that a marker names, handed to the controller with each report of the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from qualitygate.pytest_plugin import MARKER


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Note the suite of each marked test among its user properties, which travel from worker to controller."""
    of_parents: dict[pytest.Collector | None, pytest.Mark | None] = {}  # asked once a class or file, not once a test
    for item in items:
        parent = item.parent
        if parent not in of_parents:
            of_parents[parent] = parent.get_closest_marker(MARKER) if parent else None
        mark = item.get_closest_marker(MARKER) if item.own_markers else of_parents[parent]
        if mark is not None:
            item.user_properties.append((MARKER, str(mark.args[0]) if mark.args else ""))


def marked(properties: Iterable[tuple[str, object]]) -> str | None:
    """The suite that a test's user properties name, ``None`` where it has no marker."""
    return next((str(value) for name, value in properties if name == MARKER), None)
