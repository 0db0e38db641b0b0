"""Reports of coverage that the benchmarks read: the same files in Cobertura XML and in LCOV, and the answer key."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.generate import cached

LINES = 200
"""Lines of one file that could run; every line but each third one."""
METHODS = 10
PACKAGE = 50
"""Files of one package."""
RAN, BRANCHED = 0.8, 0.1
FORMATS = ("cobertura", "lcov")
Line = tuple[int, int, tuple[int, int] | None]
"""A line's number, its hits, and of its branches how many were taken and how many there are."""
Shares = Mapping[str, tuple[int, int]]
"""By path: how many lines are covered, of how many."""


def report(form: str, files: int) -> str:
    """The path of one report of so many files."""
    return cached(f"coverage-{files}.{form}", partial(_WRITE[form], files))


def repeated(files: int, times: int) -> str:
    """An LCOV tracefile that has every record so many times, as where the traces of many runs lie in one file."""

    def write(path: str) -> None:
        with open(report("lcov", files), "rb") as file, open(path, "wb") as target:
            for _ in range(times):
                file.seek(0)
                while block := file.read(1024**2):
                    target.write(block)

    return cached(f"coverage-{files}x{times}.lcov", write)


def key(files: int) -> Shares:
    """The right answer: what is covered of each file."""
    with open(cached(f"coverage-{files}.key.json", partial(_write_key, files)), encoding="utf-8") as file:
        return {path: (covered, total) for path, (covered, total) in json.load(file).items()}


def path_of(number: int) -> str:
    return f"src/package_{number // PACKAGE:03}/module_{number:05}.py"


def _files(files: int) -> Iterator[tuple[str, list[Line]]]:
    chance = random.Random(20_261_122)
    for number in range(files):
        yield path_of(number), [_line(chance, index) for index in range(LINES)]


def _line(chance: random.Random, index: int) -> Line:
    hits = int(chance.paretovariate(0.8)) % 1_000_000 + 1 if chance.random() < RAN else 0
    ways = chance.choice((2, 2, 2, 4)) if chance.random() < BRANCHED else 0
    return index + index // 2 + 1, hits, (chance.randint(1, ways) if hits else 0, ways) if ways else None


def _write_key(files: int, path: str) -> None:
    told = {name: (sum(hits > 0 for _, hits, _ in lines), len(lines)) for name, lines in _files(files)}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(told, file)


def _write_cobertura(files: int, path: str) -> None:
    """Half the files as coverage.py writes them, half with each line in its method and again in its class."""
    valid, covered = files * LINES, sum(covered for covered, _ in key(files).values())
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            f'<?xml version="1.0" ?>\n<coverage version="7.10" timestamp="1795338000000" lines-valid="{valid}" '
            f'lines-covered="{covered}" line-rate="{covered / valid:.4f}" branch-rate="0.5" complexity="0">\n'
            "\t<sources>\n\t\t<source>.</source>\n\t</sources>\n\t<packages>\n"
        )
        for number, (name, lines) in enumerate(_files(files)):
            if number % PACKAGE == 0:
                file.write("\t\t</classes>\n\t\t</package>\n" if number else "")
                file.write(f'\t\t<package name="{os.path.dirname(name)}" line-rate="0.8">\n\t\t<classes>\n')
            file.write(_class(name, lines, METHODS if number % 2 else 0))
        file.write("\t\t</classes>\n\t\t</package>\n\t</packages>\n</coverage>\n")


def _class(name: str, lines: list[Line], methods: int) -> str:
    size = len(lines) // (methods or 1)
    inside = "".join(
        f'<method name="total_{part}" signature="()">\n{_lines(lines[part * size : (part + 1) * size])}</method>\n'
        for part in range(methods)
    )
    stem = os.path.basename(name)
    head = f'<class name="{stem}" filename="{name}" complexity="0" line-rate="0.8" branch-rate="0.5">'
    return f"{head}\n<methods>\n{inside}</methods>\n{_lines(lines)}</class>\n"


def _lines(lines: list[Line]) -> str:
    return f"<lines>\n{''.join(map(_line_element, lines))}</lines>\n"


def _line_element(line: Line) -> str:
    number, hits, branches = line
    more = ""
    if branches:
        told = f"{100 * branches[0] // branches[1]}% ({branches[0]}/{branches[1]})"
        more = f' branch="true" condition-coverage="{told}"'
    return f'\t\t\t\t\t\t<line number="{number}" hits="{hits}"{more}/>\n'


def _write_lcov(files: int, path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for name, lines in _files(files):
            file.write(f"TN:\nSF:{name}\n{_functions(lines)}{_branches(lines)}")
            file.writelines(f"DA:{number},{hits}\n" for number, hits, _ in lines)
            file.write(f"LF:{len(lines)}\nLH:{sum(hits > 0 for _, hits, _ in lines)}\nend_of_record\n")


def _functions(lines: list[Line]) -> str:
    firsts = lines[:: len(lines) // METHODS]
    begun = "".join(f"FN:{number},total_{number}\n" for number, _, _ in firsts)
    counted = "".join(f"FNDA:{hits},total_{number}\n" for number, hits, _ in firsts)
    return f"{begun}{counted}FNF:{len(firsts)}\nFNH:{sum(hits > 0 for _, hits, _ in firsts)}\n"


def _branches(lines: list[Line]) -> str:
    arms = [
        (number, arm, ("1" if arm < branches[0] else "0") if hits else "-")
        for number, hits, branches in lines
        if branches
        for arm in range(branches[1])
    ]
    listed = "".join(f"BRDA:{number},0,{arm},{taken}\n" for number, arm, taken in arms)
    return f"{listed}BRF:{len(arms)}\nBRH:{sum(taken == '1' for _, _, taken in arms)}\n"


_WRITE = {"cobertura": _write_cobertura, "lcov": _write_lcov}
