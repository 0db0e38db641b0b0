"""What files are called in a pack: names that no system takes for a way out of a folder."""

from __future__ import annotations

from urllib.parse import quote

MANIFEST = "manifest.json"
VERDICT = "verdict.json"
SURROUNDINGS = "inputs/surroundings.json"
CUSTODY = "inputs/custody.json"
INPUTS = "inputs/"
POLICY, BUILTIN, EVIDENCE, TREE, HISTORY, BASELINE = (
    f"{INPUTS}{below}/" for below in ("policy", "builtin", "evidence", "tree", "history", "baseline")
)
_DOTS = {"": "%00", ".": "%2E", "..": "%2E%2E"}
LONGEST = 4096
"""Bytes of a name."""


def packed(folder: str, path: str) -> str:
    """The name of a path below a folder of the pack: another for every path, and never one that leads elsewhere."""
    return folder + "/".join(_segment(each) for each in path.split("/"))


def is_safe(name: str) -> bool:
    """Whether a name could be one that :func:`packed` gives, or one of our own."""
    return (
        len(name.encode("utf-8", "replace")) <= LONGEST
        and name.isprintable()
        and not any(character in name for character in '\\:*?"<>|')
        and all(segment not in _DOTS for segment in name.split("/"))
    )


def _segment(text: str) -> str:
    """A step of a path: percent-encoded where a character, or the whole of it, means something to some system."""
    if text in _DOTS:
        return _DOTS[text]
    return "".join(each if _plain(each) else quote(each, safe="", errors="surrogatepass") for each in text)


def _plain(character: str) -> bool:
    return character.isprintable() and character not in '%\\:*?"<>|'
