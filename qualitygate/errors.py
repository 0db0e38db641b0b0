"""What qualitygate could not do, as exceptions: one tree, each with a slug that is an anchor in ``docs/errors.md``."""

from __future__ import annotations

from collections.abc import Sequence


class QualityGateError(Exception):
    """The root of everything qualitygate raises on purpose.

    A broken tool is never a failed gate: these exceptions end in an exit code of their own,
    a failed gate is a :class:`~qualitygate.model.verdict.Verdict`.
    """

    slug = "error"


class Problem:
    """One thing that is wrong in a file a person wrote: where, what, and the way out.

    ``line`` and ``column`` count from 1; both are 0 where the whole file is meant.
    """

    __slots__ = ("column", "file", "help", "line", "message", "slug")

    def __init__(
        self, slug: str, message: str, *, file: str = "", line: int = 0, column: int = 0, help: str = ""
    ) -> None:
        self.slug = slug
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.help = help

    def __str__(self) -> str:
        column = f":{self.column}" if self.column else ""
        where = f"{self.file}:{self.line}{column}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{where}{self.message}" + (f" ({self.help})" if self.help else "")


class ConfigError(QualityGateError):
    """A configuration, register or argument that cannot be used; carries every problem found, in file order."""

    slug = "config"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class CannotReadReport(QualityGateError):
    """A report that cannot be trusted to say what happened: empty, cut off, hostile, or not a report at all.

    ``slug`` says which (``empty``, ``truncated``, ``malformed``, ``unrecognised``, ``entities``, ``too-large``,
    ``unreadable``); the message names what the file looks like.
    """

    def __init__(self, slug: str, message: str) -> None:
        self.slug = slug
        super().__init__(message)


class CannotTellChanges(QualityGateError):
    """What a branch changed cannot be told: no checkout, no such branch, a clone that is too shallow.

    It stands as the reason where a condition needs the changes, which is then NO DATA.
    """

    slug = "changes"


class BeyondCalendar(QualityGateError):
    """A question about business time whose answer lies beyond the years that a business calendar knows."""

    slug = "beyond-calendar"


class PluginError(QualityGateError):
    """A plug-in that is not there, cannot be imported, or hands over something else than its door takes."""

    slug = "plugin"


class CannotUseGitHub(QualityGateError):
    """Something GitHub was asked and did not do or answer.

    ``slug`` says which (``credentials``, ``permission``, ``not-found``, ``refused``, ``rate-limited``, ``unreachable``,
    ``timeout``, ``budget``); the message names what was asked and the way out. ``wait`` is after how many seconds
    GitHub wants to be asked again, where it says so.
    """

    def __init__(self, slug: str, message: str, *, wait: float | None = None) -> None:
        self.slug = slug
        self.wait = wait
        super().__init__(message)


class CannotUseStore(QualityGateError):
    """A store that cannot be opened, or does not take or give what it was asked for."""

    slug = "store"


class CannotUsePack(QualityGateError):
    """An evidence pack that cannot be opened safely, or that nobody could open again.

    ``slug`` says which (``not-a-pack``, ``unsafe-pack``, ``too-large``); the message names the place.
    """

    def __init__(self, slug: str, message: str) -> None:
        self.slug = slug
        super().__init__(message)
