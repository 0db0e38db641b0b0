"""The pytest plug-in: ``pytest --qualitygate`` judges the session just ended by the policy.

Without the option nothing is registered but the options themselves, and nothing of the engine is imported.
"""

from __future__ import annotations

import pytest

MARKER = "qualitygate_suite"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each with an ini option of the same meaning."""
    group = parser.getgroup("qualitygate", "quality gate over the session just ended")
    group.addoption(
        "--qualitygate", nargs="?", const="", metavar="CONFIG",
        help="Judge the session by this policy file; default: qualitygate.yml in the root folder.",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-gate", action="append", metavar="NAME", help="Judge this gate only; repeatable. Default: all."
    )
    group.addoption("--qualitygate-suite", metavar="NAME", help="The evidence entry that all tests belong to.")
    group.addoption(
        "--qualitygate-output", action="append", metavar="FORMAT=PATH",
        help="Also write the verdict in this format to a file; repeatable. snapshot=PATH is what a baseline is.",
    )  # fmt: skip
    group.addoption(
        "--qualitygate-baseline", metavar="FILE", help="Snapshot of an earlier run, for metrics that compare."
    )
    group.addoption(
        "--qualitygate-base", metavar="REF",
        help="Branch, tag or commit that changed code is compared with; default: what CI says, else origin/HEAD.",
    )  # fmt: skip
    group.addoption("--qualitygate-now", metavar="INSTANT", help="Judge as of this instant; default: the clock.")
    group.addoption(
        "--qualitygate-decides", action="store_true", default=None,
        help="Exit 0 when tests failed but the gate passes; by default pytest's own exit status stands.",
    )  # fmt: skip
    parser.addini("qualitygate", "Judge every session by this policy file.", default="")
    parser.addini("qualitygate_gate", "Gates to judge, one a line; default: all.", type="linelist")
    parser.addini("qualitygate_suite", "The evidence entry that all tests belong to.", default="")
    parser.addini("qualitygate_suites", "Evidence entries by path, one 'tests/unit = unit' a line.", type="linelist")
    parser.addini("qualitygate_output", "Verdicts to write, one FORMAT=PATH a line.", type="linelist")
    parser.addini("qualitygate_baseline", "Snapshot of an earlier run, for metrics that compare.", default="")
    parser.addini("qualitygate_base", "Branch, tag or commit that changed code is compared with.", default="")
    parser.addini("qualitygate_decides", "Exit 0 when tests failed but the gate passes.", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Register what listens, where the session is to be judged. Raises :class:`pytest.UsageError`."""
    config.addinivalue_line("markers", f"{MARKER}(name): the evidence entry of the policy that these tests belong to")
    if not _is_wanted(config):
        _refuse_idle(config)
        return
    from qualitygate.pytest_plugin import marks  # noqa: PLC0415 - a session that is not judged pays for nothing

    config.pluginmanager.register(marks, "qualitygate-marks")
    if hasattr(config, "workerinput"):
        return
    from qualitygate.pytest_plugin.session import Session  # noqa: PLC0415
    from qualitygate.pytest_plugin.settings import settings  # noqa: PLC0415

    config.pluginmanager.register(Session(settings(config)), "qualitygate-session")


def _is_wanted(config: pytest.Config) -> bool:
    """Whether tests will run, and their session is to be judged."""
    if any(config.getoption(name, False) for name in ("collectonly", "showfixtures", "show_fixtures_per_test")):
        return False
    return config.getoption("qualitygate") is not None or bool(config.getini("qualitygate"))


def _refuse_idle(config: pytest.Config) -> None:
    """An option of ours without ``--qualitygate`` would look like a gate and judge nothing."""
    if config.getoption("qualitygate") is not None or config.getini("qualitygate"):
        return
    names = ("gate", "suite", "output", "baseline", "base", "now", "decides")
    idle = [f"--qualitygate-{name}" for name in names if config.getoption(f"qualitygate_{name}") is not None]
    if idle:
        raise pytest.UsageError(
            f"qualitygate: {', '.join(idle)} without --qualitygate judges nothing; add --qualitygate"
        )
