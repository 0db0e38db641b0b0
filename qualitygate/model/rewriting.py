"""What the paths of an evidence entry's reports become: the way from where a tool ran to the checkout."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import join, normpath

from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """How the paths of an entry's reports are rewritten.

    ``strip`` is the leading part that is taken off, ``prefix`` what is put in front, ``source`` the folders that paths
    may be relative to. Paths and folders are with forward slashes, from the policy's folder.
    """

    source: tuple[str, ...] = ()
    strip: str = ""
    prefix: str = ""

    def of(self, path: str, exists: Callable[[str], bool]) -> str:
        """A path as it is in the checkout: stripped, prefixed, then in the first ``source`` folder that has the file.

        ``exists`` says whether a path from the policy's folder is a file. A path that no folder has stays.
        """
        plain = normpath(path.replace("\\", "/")) if path else path
        lead = self.strip.replace("\\", "/").rstrip("/")
        if lead and (plain + "/").startswith(lead + "/") and plain != lead:
            plain = plain[len(lead) + 1 :]
        if self.prefix:
            plain = normpath(join(self.prefix, plain.lstrip("/")))
        if plain.startswith(("/", "../")):
            return plain
        places = (normpath(join(folder, plain)) for folder in self.source)
        return next((place for place in places if not place.startswith(("/", "../")) and exists(place)), plain)

    def __bool__(self) -> bool:
        return bool(self.source or self.strip or self.prefix)
