"""A register of waivers in git, changed by people with names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ADDRESSES = {"Ann": "ann@example.org", "Bo": "7+bo@users.noreply.github.com", "Cy": "cy@example.org"}
ADDRESSES["qualitygate[bot]"] = "8+qualitygate[bot]@users.noreply.github.com"
HUB = "GitHub"
RECORD = {
    "id": "W-1",
    "gate": "release",
    "metric": "tests.failed",
    "reason": "The customer agreed to ship with it until December.",
    "requested_by": "ann",
    "approved_by": "bo",
    "created": "2026-11-01",
    "expires": "2026-12-01",
}
REGISTER = "quality/waivers.yml"


def record(**changed: str) -> str:
    """A record of a waiver as it is written."""
    keys = {**RECORD, **changed}
    return "- " + "  ".join(f"{key}: {value}\n" for key, value in keys.items() if value)


class Repository:
    """A checkout in which each commit has an author and a committer of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    @property
    def register(self) -> str:
        return str(self.folder / REGISTER)

    def git(self, *arguments: str, author: str = "Cy", committer: str | None = None) -> str:
        committer = committer or author
        environ = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": ADDRESSES.get(author, "noreply@github.com"),
            "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z",
            "GIT_COMMITTER_NAME": committer,
            "GIT_COMMITTER_EMAIL": ADDRESSES.get(committer, "noreply@github.com"),
            "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, text: str | None, author: str, *, committer: str | None = None, message: str = "a step") -> str:
        """A commit with this register, or with something else where there is none."""
        if text is None:
            self.write("code.py", f"{author} {len(self.git('log', '--all', '--format=%H'))}\n")
        else:
            self.write(REGISTER, text)
        self.git("add", "--all", author=author)
        self.git("commit", "--quiet", "--allow-empty", "-m", message, author=author, committer=committer)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "main") -> None:
        self.git("checkout", "--quiet", "-b", name, start)

    def merge(self, name: str, author: str, *, into="main", committer: str | None = None, message="") -> str:
        self.git("checkout", "--quiet", into)
        self.git(
            "merge", "--quiet", "--no-ff", name, "-m", message or f"Merge {name}", author=author, committer=committer
        )
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "shop")
    made.commit(None, "Cy")
    return made
