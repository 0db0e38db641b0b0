"""An evidence pack of 10,000 reports and 200 MB: packed, verified, sampled, beside what has to be done in any case.

Every task is a process of its own. The reports are JUnit XML of 100 tests with long names; each is another.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

from benchmarks.clock import answer, peak, used
from benchmarks.generate import cache
from benchmarks.table import Row

FILES, BYTES, TESTS = 10_000, 20_000, 100
POLICY = """\
version: 1
evidence: {unit: {files: "reports/**/*.xml"}}
gates: {release: [{metric: tests.failed, at_most: 0}]}
"""
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def folder() -> str:
    """The folder of the generated project, the same on every machine."""
    root = os.path.join(cache(), "evidence")
    if not os.path.isdir(root):
        random = Random(1)
        for number in range(FILES):
            path = os.path.join(f"{root}.new", "reports", f"{number % 100:02d}", f"{number:05d}.xml")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(_report(number, random))
        with open(os.path.join(f"{root}.new", "qualitygate.yml"), "w", encoding="utf-8") as file:
            file.write(POLICY)
        os.replace(f"{root}.new", root)
    return root


def _report(number: int, random: Random) -> str:
    width = BYTES // TESTS - 56
    cases = "".join(
        f'<testcase classname="suite{number:05d}" name="{random.getrandbits(4 * width):0{width}x}" time="0.01"/>\n'
        for _ in range(TESTS)
    )
    return f'<testsuite name="s{number:05d}" tests="{TESTS}">\n{cases}</testsuite>\n'


def hashed(root: str) -> None:
    """Every file read and hashed: the least that packing can do."""
    for where, _, names in os.walk(os.path.join(root, "reports")):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                hashlib.file_digest(file, "sha256")


def judged(root: str) -> None:
    """``check`` without a pack."""
    from qualitygate.pipeline import check, load_config

    check(load_config(os.path.join(root, "qualitygate.yml")), now=NOW, subject={})


def packed(root: str) -> None:
    from qualitygate.pack.manifest import PackRequest
    from qualitygate.pack.packing import pack

    asked = PackRequest(policy="", now=NOW, subject={"name": "shop"})
    made = pack(os.path.join(root, "qualitygate.yml"), asked, to=_pack())
    assert len(made.manifest.files) > FILES


def verified(root: str) -> None:
    from qualitygate.pack.verifying import verify

    assert not verify(_pack()).differences


def sampled(root: str) -> None:
    from qualitygate.pack.sampling import sample

    assert all(each.whole for each in sample(_pack(), "1", 25))


TASKS: dict[str, Callable[[str], None]] = {
    "hash": hashed,
    "check": judged,
    "pack": packed,
    "verify": verified,
    "sample": sampled,
}


def _pack() -> str:
    return os.path.join(cache(), "evidence.zip")


def run(quick: bool = False) -> Iterator[Row]:
    root = folder()
    found = {name: answer("benchmarks.evidence", name, root) for name in TASKS}
    told = "pack of 10,000 files, 200 MB"
    for name in ("pack", "verify"):
        yield Row(what=f"{told}: {name} / check", measured=found[name]["cpu"] / found["check"]["cpu"])
        yield Row(what=f"{told}: {name} / check, peak", goal=1.1, measured=found[name]["peak"] / found["check"]["peak"])
    for name, each in found.items():
        yield Row(what=f"{told}: {name}", measured=each["cpu"], unit="s", note=f"peak {each['peak']:.0f} MB")
    yield Row(what=f"{told}: size", measured=os.path.getsize(_pack()) / 1e6, unit="MB")


def main(task: str, root: str) -> None:
    begun = used()
    TASKS[task](root)
    print(json.dumps({"cpu": used() - begun, "peak": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
