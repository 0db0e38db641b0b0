"""The suite that a marker names, handed to the controller with each report of the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from qualitygate.pytest_plugin import MARKER


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Note the suite of each marked test among its user properties, which travel from worker to controller."""
    for item in items:
        mark = item.get_closest_marker(MARKER)
        if mark is not None:
            item.user_properties.append((MARKER, str(mark.args[0]) if mark.args else ""))


def marked(properties: Iterable[tuple[str, object]]) -> str | None:
    """The suite that a test's user properties name, ``None`` where it has no marker."""
    return next((str(value) for name, value in properties if name == MARKER), None)
