"""What README.md promises: its two commands are the ones that CI runs, and its policy is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualitygate import load_config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)


def test_there_are_two_commands_that_set_everything_up() -> None:
    assert len(COMMANDS) == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_ci_runs_the_command_word_for_word(command: str) -> None:
    assert command in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


def test_the_policy_is_valid(tmp_path: Path) -> None:
    policy = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert policy
    (tmp_path / "qualitygate.yml").write_text(policy[1], encoding="utf-8")

    config = load_config(str(tmp_path / "qualitygate.yml"))

    assert [gate.name for gate in config.policy.gates] == ["release", "pull-request"]
    assert not config.warnings


def test_nobody_is_told_to_install_the_name_that_belongs_to_someone_else() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    for page in pages:
        assert not re.search(r"pip install (?:\S+ )*qualitygate(?!-)\b", page.read_text(encoding="utf-8")), page
