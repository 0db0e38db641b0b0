"""The public parts of Python packages, and which of them have a docstring; nothing of them is run or imported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qualitygate.documents.markdown import INSTALL
from qualitygate.errors import PluginError
from qualitygate.model.documents import Proportion, Spot


def documented(files: Sequence[tuple[str, str]], folders: Sequence[str]) -> Proportion:
    """Public modules, classes, functions and methods that have a docstring, of all that should.

    ``files`` are paths and texts. Public is what has no leading underscore, and stands in ``__all__`` where there is
    one. What is imported from elsewhere, and attributes, are not counted.
    """
    if not files:
        return Proportion(note=f"there is no Python file below {', '.join(folders)}")
    try:
        import griffe  # noqa: PLC0415
    except ImportError as error:
        raise PluginError(f"documents need packages of their own ({error}): {INSTALL}") from error
    good = total = 0
    spots: list[Spot] = []
    for path, text in files:
        names = path.removesuffix(".py").split("/")
        if any(name.startswith("_") and name not in ("__init__", "__main__") for name in names):
            continue
        try:
            module = griffe.visit(names[-1], filepath=Path(path), code=text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return Proportion(note=f"{path} cannot be parsed: {type(error).__name__}")
        for name, found in _public(module, ".".join(names)):
            total += 1
            good += found.has_docstring
            if not found.has_docstring:
                spots.append(Spot(title=name, message="has no docstring", path=path, line=found.lineno or 1))
    return Proportion(good=good, total=total, spots=tuple(spots), note="" if total else "nothing is public")


def _public(found: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, found
    for below, member in found.members.items():
        if member.is_alias or member.is_attribute or not _is_public(member, found):
            continue
        if member.is_class:
            yield from _public(member, f"{name}.{below}")
        elif member.is_function:
            yield f"{name}.{below}", member


def _is_public(member: Any, parent: Any) -> bool:
    """By ``__all__`` where the module has one; within a class by the name."""
    if parent.is_module and parent.exports is not None:
        return member.name in [str(each) for each in parent.exports]
    return not member.name.startswith("_")
