"""Links of 2,000 pages, 16 MB, 144,000 links: ours beside lychee, cold and with a warm cache.

Both are whole commands, imports included, and both check files and anchors. No link of the tree is dead: a run that
says otherwise is refused.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from random import Random
from statistics import median

from benchmarks.clock import cpu, in_turn, ratio
from benchmarks.generate import cache
from benchmarks.table import Row

PAGES, HEADINGS, LINKS = 2_000, 12, 6
WORDS = (
    "quality",
    "gate",
    "policy",
    "measure",
    "evidence",
    "verdict",
    "reader",
    "report",
    "质量",
    "保证",
    "措施",
    "文档",
)


def tree() -> str:
    """The folder of the generated pages, the same on every machine."""
    root = os.path.join(cache(), "documents")
    if not os.path.isdir(root):
        random = Random(1)
        names = [f"s{number % 40:02d}/page{number:04d}.md" for number in range(PAGES)]
        for number, name in enumerate(names):
            path = os.path.join(f"{root}.new", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(_page(number, names, random)))
        os.replace(f"{root}.new", root)
    return root


def _page(number: int, names: list[str], random: Random) -> Iterator[str]:
    yield f"# Page {number}\n"
    for heading in range(HEADINGS):
        yield f"## Section {heading} of {WORDS[heading % len(WORDS)]}\n"
        for link in range(LINKS):
            other, section = random.randrange(PAGES), random.randrange(HEADINGS)
            target = os.path.relpath(names[other], os.path.dirname(names[number]))
            anchor = f"section-{section}-of-{WORDS[section % len(WORDS)]}"
            filler = " ".join(random.choices(WORDS, k=7))
            forms = (
                f"{filler} [link]({target}) {filler}.",
                f"- {filler} [text {section}]({target}#{anchor})",
                f"- {filler} [text {section}]({target}#{anchor})",
                f"See [above](#{anchor}) {filler}.",
                f"{filler} [ref][r{heading}].\n\n[r{heading}]: {target}\n",
                f"`code` {filler} [in *emphasis*]({target}#page-{other})\n",
            )
            yield forms[link]


def run(quick: bool = False) -> Iterator[Row]:
    root, scripts = tree(), os.path.dirname(sys.executable)
    known = os.path.join(cache(), "documents.cache")
    ours = [os.path.join(scripts, "qualitygate"), "documents", "links"]
    options = ["--offline", "--include-fragments=anchor-only", "--no-progress"]
    lychee = [os.path.join(scripts, "lychee"), *options, "**/*.md"]
    measured = in_turn(
        2 if quick else 5,
        {
            "cold": lambda: cpu(ours, folder=root),
            "lychee": lambda: cpu(lychee, folder=root),
            "warm": lambda: cpu([*ours, "--cache", known], folder=root),
        },
    )
    told = f"links of {PAGES:,} pages"
    yield Row(what=f"{told} / lychee", goal=1.3, measured=ratio(measured, "cold", "lychee"))
    yield Row(what=f"{told}, warm / lychee", goal=0.25, measured=ratio(measured, "warm", "lychee"))
    for name, seconds in measured.items():
        yield Row(what=f"{told}: {name}", measured=median(seconds), unit="s")
