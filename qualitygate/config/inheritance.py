"""``extends``: starting from other policies, whose locked conditions may only be tightened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from qualitygate.config.files import WORK_TREE, Files
from qualitygate.errors import ConfigError, Problem
from qualitygate.yamltext import Document, parse

DEPTH_CAP = 10
SIZE_CAP = 8 * 1024**2


class Layer:
    """One policy file of a chain: its document, and the bytes it was read from."""

    __slots__ = ("document", "raw")

    def __init__(self, document: Document, raw: bytes) -> None:
        self.document = document
        self.raw = raw


def read_layer(path: str, shown: str, files: Files = WORK_TREE) -> Layer:
    """Read and parse one file. Raises :class:`~qualitygate.errors.ConfigError` where it cannot be read."""
    try:
        raw = files.read(path, SIZE_CAP + 1)
        if len(raw) > SIZE_CAP:
            raise ConfigError([Problem("too-large", f"is larger than {SIZE_CAP // 1024**2} MB", file=shown)])
        return Layer(parse(raw.decode("utf-8-sig"), shown), raw)
    except OSError as error:
        raise ConfigError([Problem("no-file", f"cannot be read: {error.strerror}", file=shown)]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            [Problem("encoding", f"is not UTF-8 text: byte {error.start} is 0x{raw[error.start]:02x}", file=shown)]
        ) from error


def layers(path: str, files: Files = WORK_TREE, above: tuple[str, Files] | None = None) -> list[Layer]:
    """The file and all it extends, depth first, the furthest ancestor first; each file once.

    What ships with qualitygate is read from where it is installed, unless ``files`` has a door to it, all else from
    ``files``. ``above`` is a file that comes before all that, with a door of its own, whether it is named or not.
    """
    found: dict[str, Layer] = {}
    if above is not None:
        _collect(above[1], above[0], above[1].name(above[0]), found, ())
    _collect(files, path, files.name(path) if files.ref else path, found, ())
    return list(found.values())


def _collect(files: Files, path: str, shown: str, found: dict[str, Layer], chain: tuple[str, ...]) -> None:
    real = files.same(path)
    if real in chain:
        raise ConfigError([Problem("extends", f"extends itself: {' -> '.join([*chain, real])}", file=shown)])
    if real in found:
        return
    if len(chain) > DEPTH_CAP:
        raise ConfigError([Problem("extends", f"is the end of a chain of more than {DEPTH_CAP} policies", file=shown)])
    layer = read_layer(path, shown, files)
    for door, target, base in _targets(layer.document, os.path.dirname(path), files):
        _collect(door, target, base, found, (*chain, real))
    found[real] = layer


def _targets(document: Document, folder: str, files: Files) -> Iterator[tuple[Files, str, str]]:
    extends = document.data.get("extends") if isinstance(document.data, dict) else None
    for index, name in enumerate(
        [extends] if isinstance(extends, str) else extends if isinstance(extends, list) else []
    ):
        path: tuple[Any, ...] = ("extends",) if isinstance(extends, str) else ("extends", index)
        if not isinstance(name, str):
            continue
        scheme, _, rest = name.partition(":")
        if scheme == "builtin" and rest:
            target = builtin(rest)
            if target is None:
                raise ConfigError(
                    [
                        document.problem(
                            "extends",
                            f"there is no built-in policy {rest!r}",
                            path,
                            help=f"there are {', '.join(builtins())}",
                        )
                    ]
                )
            yield files.shipped or WORK_TREE, target, name
        elif rest and "/" not in scheme and len(scheme) > 1:
            raise ConfigError(
                [
                    document.problem(
                        "extends",
                        f"{name!r} is from somewhere this command cannot read",
                        path,
                        help="a path, or builtin:NAME",
                    )
                ]
            )
        else:
            target = os.path.join(folder, name)
            if not files.has(target):
                where = f" in {files.ref}" if files.ref else ""
                message = f"there is no file {name!r} beside this one{where}"
                raise ConfigError([document.problem("extends", message, path)])
            yield files, target, files.name(target)


def builtin(name: str) -> str | None:
    """Where the policy of that name that ships with qualitygate lies."""
    path = os.path.join(policies(), f"{name}.yml")
    return path if name in builtins() and os.path.isfile(path) else None


def builtins() -> list[str]:
    """The names of the policies that ship with qualitygate."""
    return sorted(name[:-4] for name in os.listdir(policies()) if name.endswith(".yml"))


def policies() -> str:
    """The folder of the shipped policies: inside the package when installed, beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "policies")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "policies")
