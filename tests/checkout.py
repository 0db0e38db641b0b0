"""A checkout of git to change: files written, commits made, git's own words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z"}
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


class Checkout:
    """A repository with a branch ``main`` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """What git says to a command."""
        environ = {**os.environ, **ALONE, "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z"}
        command = ["git", *IDENTITY, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout.strip()

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def commit(self, **files: str | bytes) -> str:
        """Everything there is, as a commit; files may be given by name, with ``__`` for a slash and ``_py`` for .py."""
        for name, text in files.items():
            self.write(name.replace("__", "/").removesuffix("_py") + ".py", text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "a step")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str = "feature") -> None:
        self.git("checkout", "--quiet", "-b", name)


def numbered(*lines: str) -> str:
    """Lines of text, each with a line end."""
    return "".join(f"{line}\n" for line in lines)
