"""Files made to hurt: each is refused, or read where it is legal, before it has cost a third of a second.

``python -m benchmarks.hostile PATH`` recognises and reads one file and prints the CPU seconds that took; the start of
Python and the imports are the subject of ``start.py``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.clock import answer, used
from benchmarks.generate import cached
from benchmarks.table import Row

GOAL = 0.3
_MB = 1024 * 1024
_ONE = '<testcase classname="a" name="b" time="1"/>'


def _report(inside: str, prologue: str = "") -> Iterator[str]:
    yield f'<?xml version="1.0"?>{prologue}<testsuites><testsuite name="s">{inside}</testsuite></testsuites>'


def _long(before: str, filling: str, megabytes: int, after: str) -> Iterator[str]:
    yield before
    block = filling * (_MB // len(filling))
    for _ in range(megabytes):
        yield block
    yield after


def _laughs() -> Iterator[str]:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return _report("<testcase name='&l9;'/>", f'<!DOCTYPE t [<!ENTITY l0 "lol">{entities}]>')


FILES: dict[str, Callable[[], Iterator[str]]] = {
    "billion laughs": _laughs,
    "quadratic blow-up": lambda: _report(
        "<a>" + "&e;" * 50_000 + "</a>", f'<!DOCTYPE t [<!ENTITY e "{"x" * 50_000}">]>'
    ),
    "external entity": lambda: _report("<a>&e;</a>", '<!DOCTYPE t [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "parameter entity": lambda: _report(_ONE, '<!DOCTYPE t [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>'),
    "external DTD": lambda: _report(_ONE, '<!DOCTYPE t SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "default attributes": lambda: _report(_ONE, '<!DOCTYPE t [<!ATTLIST testcase status CDATA "failed">]>'),
    "DTD after a long comment": lambda: _report(_ONE, f'<!--{"x" * 700_000}--><!DOCTYPE t [<!ENTITY e "x">]>'),
    "200 MB attribute": lambda: _long('<testsuite><testcase name="', "x", 200, '"/></testsuite>'),
    "200 MB tag name": lambda: _long("<testsuite><", "x", 200, "/></testsuite>"),
    "200 MB comment": lambda: _long("<testsuite><!--", "x", 200, "--></testsuite>"),
    "200,000 levels deep": lambda: _long("<testsuite>" + "<a>" * 200_000, " ", 0, "</a>" * 200_000 + "</testsuite>"),
    "100,000 attributes": lambda: _report("<testcase " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
    "blank failure text": lambda: _report(f'<testcase name="a"><failure>{chr(10) * 60_000}</failure></testcase>'),
    "suites before one class": lambda: _report(
        '<testsuite name="x"/>' * 20_000 + "".join(f'<testcase name="{n}"/>' for n in range(20_000))
    ),
    "truncated": lambda: iter([f"<testsuites><testsuite>{_ONE}"]),
    "two roots": lambda: iter([f"<testsuite>{_ONE}</testsuite><testsuite>{_ONE}</testsuite>"]),
    "junk after the root": lambda: iter([f"<testsuite>{_ONE}</testsuite>ok"]),
    "NULs": lambda: iter(["\0" * 100_000]),
    "NULs after a report": lambda: iter([f"<testsuite>{_ONE}</testsuite>", "\0" * 100_000]),
    "control characters": lambda: _report('<testcase name="\x01"/>'),
    "a billion claimed tests": lambda: iter(['<testsuite tests="999999999" failures="999999998"/>']),
}


def run(quick: bool = False) -> Iterator[Row]:
    for name, write in FILES.items():
        path = cached(f"hostile-{name.replace(' ', '-')}.xml", lambda path, write=write: _write(path, write()))
        said = [answer("benchmarks.hostile", path) for _ in range(1 if quick else 3)]
        seconds = median(one["cpu"] for one in said)
        yield Row(what=f"hostile: {name}", goal=GOAL, measured=seconds, unit="s", note=said[0]["said"])


def _write(path: str, parts: Iterator[str]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(parts)


def long_text() -> str:
    """A report with one failure text of 300 MB."""
    return cached(
        "long-text.xml",
        lambda path: _write(
            path,
            _long(
                '<testsuite><testcase name="a"><failure message="m">',
                "a line of text\n",
                300,
                "</failure></testcase></testsuite>",
            ),
        ),
    )


def main(path: str) -> None:
    from qualitygate import registry
    from qualitygate.errors import CannotReadReport
    from qualitygate.gathering import read
    from qualitygate.sources import source

    registry.reader("junit")
    before = used()
    try:
        reports = list(read(source(path, path)))
        said = f"read: {sum(getattr(report, 'runs', 0) for report in reports)} tests"
    except CannotReadReport as error:
        said = f"refused: {error.slug}"
    print(json.dumps({"cpu": used() - before, "said": said}))


if __name__ == "__main__":
    main(sys.argv[1])
