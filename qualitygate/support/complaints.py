"""What is wrong with something a person wrote, gathered with its path, and refused all at once."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.errors import ConfigError, Problem

Path = tuple[str | int, ...]


class Complaints:
    """Problems by the path of what they are about; whoever knows the file turns paths into lines."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[tuple[Path, str]] = []

    def add(self, path: Sequence[str | int], message: str) -> None:
        """One more problem."""
        self.found.append((tuple(path), message))

    def refuse(self) -> None:
        """Raise :class:`~qualitygate.errors.ConfigError` with every problem, if there is any."""
        if self.found:
            raise ConfigError(
                [Problem("calendar", ": ".join(filter(None, [_where(path), told]))) for path, told in self.found]
            )


def _where(path: Path) -> str:
    return ".".join(str(step) for step in path)
