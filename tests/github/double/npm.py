"""The npm packages of a package-lock.json, installed once into a cache of the user's and cut to what is needed.

The cache lies in `QUALITYGATE_NPM`, or in `~/.cache/qualitygate/npm`; the folder in it is named by the lock file, so
that another lock file is another folder. Nothing of it is committed.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGES = Path(__file__).parents[1] / "npm"
DESCRIPTION = "node_modules/@octokit/openapi/generated/api.github.com.json"
COMMAND = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class CannotInstall(Exception):
    """npm is not there, or did not do it."""


def packages(wanted: Path = PACKAGES) -> Path:
    """The folder with `node_modules`, installed if it was not; CannotInstall says why not.

    That of the double has `description.json.gz` too.
    """
    folder = _cache() / sha256((wanted / "package-lock.json").read_bytes()).hexdigest()[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.parent / "lock"):
            if not folder.exists():
                _install(wanted, folder)
    return folder


def _cache() -> Path:
    named = os.environ.get("QUALITYGATE_NPM")
    return Path(named) if named else Path.home() / ".cache" / "qualitygate" / "npm"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as held:
        flock(held, LOCK_EX)
        yield


def _install(wanted: Path, folder: Path) -> None:
    if shutil.which("npm") is None:
        raise CannotInstall("npm is not installed")
    with TemporaryDirectory(dir=folder.parent) as made:
        at = Path(made) / "packages"
        shutil.copytree(wanted, at)
        done = subprocess.run(COMMAND, cwd=at, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotInstall(f"npm ci: {done.stderr.strip()[-500:]}")
        if (at / DESCRIPTION).exists():
            with gzip.open(at / "description.json.gz", "wb", compresslevel=6) as kept:
                kept.write((at / DESCRIPTION).read_bytes())
            shutil.rmtree(at / "node_modules/@octokit/openapi/generated")  # 394 MB, of which 13 are the description
        at.rename(folder)
