"""What git and the CI environment can tell about what is judged."""

from __future__ import annotations

import os
from collections.abc import Mapping

_VARIABLES = {
    "name": ("GITHUB_REPOSITORY", "CI_PROJECT_PATH"),
    "ref": ("GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"),
    "commit": ("GITHUB_SHA", "CI_COMMIT_SHA"),
}


def subject(folder: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What is judged: repository, branch or tag, and commit, as the CI says, the commit else as git says."""
    found = {
        key: value
        for key, names in _VARIABLES.items()
        if (value := next((environ[name] for name in names if environ.get(name)), ""))
    }
    commit = found.get("commit") or head(folder)
    return {**found, "commit": commit} if commit else found


def head(folder: str) -> str | None:
    """The commit that is checked out around a folder, ``None`` outside a checkout or before the first commit."""
    if not _in_checkout(os.path.abspath(folder)):
        return None
    import subprocess  # noqa: PLC0415 - costs a whole empty Python start

    try:
        run = subprocess.run(
            ["git", "rev-parse", "--verify", "HEAD"],  # noqa: S607 - the git that the user runs
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None


def _in_checkout(folder: str) -> bool:
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return True
