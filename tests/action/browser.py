"""A headless Chromium: what a page is once it is loaded, and a picture of it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

WIDTH = 860
SEEN = 'document.getElementById("seen").textContent = JSON.stringify(%s)'
FLAGS = (
    "--headless",
    "--no-sandbox",  # in a container there is no other user to be; the page is our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing is fetched
)


@dataclass(frozen=True)
class Browser:
    """Chromium and a folder of its own."""

    command: str
    folder: Path

    def ask(self, page: str, question: str) -> Any:
        """What JavaScript says of a page: ``question`` is an expression whose value JSON can hold."""
        script = f"<pre id='seen' hidden></pre><script>{SEEN % question}</script>"
        told = self._run("--dump-dom", page=page.replace("</body>", f"{script}</body>"))
        answer = re.search(r"<pre id=\"seen\"[^>]*>(.*?)</pre>", told, re.DOTALL)
        assert answer, told[-2000:]
        return json.loads(html.unescape(answer[1]))

    def picture(self, page: str, path: Path) -> None:
        """The whole page as PNG, in few colours. The window is higher than the page: its frame is part of its size."""
        height = self.ask(page, "Math.ceil(document.querySelector('main').getBoundingClientRect().bottom) + 16")
        self._run(f"--window-size={WIDTH},{height + 200}", f"--screenshot={path}", page=page)
        with Image.open(path) as taken:
            cropped = taken.convert("RGB").crop((0, 0, WIDTH, height))
        cropped.quantize(64, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)

    def _run(self, *options: str, page: str) -> str:
        file = self.folder / "page.html"
        file.write_text(page, encoding="utf-8", errors="backslashreplace")
        size = () if any(option.startswith("--window-size") for option in options) else (f"--window-size={WIDTH},1000",)
        command = [self.command, *FLAGS, f"--user-data-dir={self.folder / 'profile'}", *size, *options, file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert 0 == done.returncode, done.stderr[-2000:]
        return done.stdout


def find(folder: Path) -> Browser:
    """The Chromium there is; without one the test is skipped, or fails where ``.ci/run`` asks for it."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    command = os.environ.get("QUALITYGATE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if command is None:
        say = pytest.fail if os.environ.get("QUALITYGATE_REQUIRE_CHROMIUM") == "1" else pytest.skip
        say("there is no Chromium to show the page: install it, or name it in QUALITYGATE_CHROMIUM")
    return Browser(command=str(command), folder=folder)
