"""Our own Markdown, cut from the bottom where a place takes only so much, and saying what was cut."""

from __future__ import annotations

from qualitygate.language import say

_OPEN, _CLOSE = "<details>", "</details>"


def cut(markdown: str, most: int, rest: str) -> str:
    """The text where it has no more than ``most`` bytes of UTF-8, else its beginning and a note.

    It is cut between lines and what is folded is closed, so that nothing after it is swallowed; ``rest`` says in
    Markdown where the whole can be read. The text must be that of our own reporter, in which a line that is
    ``<details>`` is ours because all else is escaped.
    """
    if len(markdown.encode()) <= most:
        return markdown
    lines = markdown.splitlines()
    room = most - len(_ending(len(lines), len(lines), 0, rest).encode())
    kept, open_ = 0, 0
    for line in lines:
        room -= len(line.encode()) + 1
        within = max(0, open_ + (line == _OPEN) - (line == _CLOSE))
        if room < len(_CLOSE) * within:
            break
        kept, open_ = kept + 1, within
    return "\n".join(lines[:kept]) + _ending(len(lines) - kept, len(lines), open_, rest)


def _ending(lost: int, lines: int, open_: int, rest: str) -> str:
    why = say("**Cut here:** {lost} of {lines} lines did not fit.", lost=lost, lines=lines)
    return f"\n\n{_CLOSE * open_}\n\n{why} {rest}\n"
