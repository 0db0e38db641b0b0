"""Processes of the server, started by the real command line and stopped as an operator or an accident stops them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

from tests.github.test_apps import keys
from tests.server.conftest import SECRET, eventually
from tests.server.shop import Shop


class Process:
    """One process: its log as it comes, and where it listens. With ``kept`` it is told nothing of who the App is.

    ``module`` is what is run: the command, or the command in a hurry.
    """

    def __init__(
        self, folder: Path, shop: Shop, database: str, *arguments: str, kept: bool = False, module: str = "qualitygate"
    ) -> None:
        (folder / "key.pem").write_text(keys()[0])
        (folder / "secret").write_text(f"{SECRET}\n")
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("QUALITYGATE_", "GITHUB_"))},
            "PYTHONPATH": os.getcwd(),
            "QUALITYGATE_APP_ID": str(shop.app.id),
            "QUALITYGATE_PRIVATE_KEY_FILE": str(folder / "key.pem"),
            "QUALITYGATE_WEBHOOK_SECRET_FILE": str(folder / "secret"),
            "QUALITYGATE_API_URL": shop.github.url,
            "QUALITYGATE_DATABASE": database,
        }
        for name in ("APP_ID", "PRIVATE_KEY_FILE", "WEBHOOK_SECRET_FILE") if kept else ():
            del environ[f"QUALITYGATE_{name}"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=folder, env=environ, stderr=subprocess.PIPE, text=True
        )
        self.text: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        eventually(lambda: self.said("listening", "working") or self._process.poll() is not None, 60)
        assert self._process.poll() is None, "".join(self.text)

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.text.extend(self._process.stderr)

    def lines(self) -> Iterator[dict[str, Any]]:
        for line in list(self.text):
            if line.startswith("{"):
                yield json.loads(line)

    def said(self, *what: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["what"] in what]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.said('listening')[0]['port']}"

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self._ended()

    def shoot(self) -> None:
        """Kill it and go on at once, for whoever is just answering it."""
        self._process.kill()

    @property
    def dead(self) -> bool:
        return self._process.poll() is not None

    def kill(self) -> None:
        self._process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self._process.wait(60)
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()
        return code
