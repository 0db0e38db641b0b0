"""One request for a page: who asks, in which language, for what; and what a page may answer besides itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import IO
from urllib.parse import unquote, urlencode, urlsplit

from starlette.requests import Request

from qualitygate.errors import CannotUseGitHub, ConfigError
from qualitygate.github.people import Readable
from qualitygate.language import CHINESE, ENGLISH, LANGUAGES
from qualitygate.server.access import Seen
from qualitygate.server.pages.house import House
from qualitygate.server.session import Session
from qualitygate.storage.judgement import harmless
from qualitygate.storage.verdicts import Project
from qualitygate.values import dataclass

LANGUAGE = "lang"
"""The cookie and the parameter that hold the language somebody chose."""
_SPOKEN = {"zh": CHINESE, "en": ENGLISH}


class NotFound(Exception):
    """There is no such page, or none that this person may see: nobody is told which."""


class Refused(Exception):
    """The request is not one of our own forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request, with its form where it has one, and the file that was sent with that."""

    request: Request
    house: House
    lang: str
    session: Session | None
    form: Mapping[str, str]
    file: IO[bytes] | None = None

    @property
    def who(self) -> Session:
        """Who is signed in; pages that need nobody do not ask."""
        assert self.session is not None
        return self.session

    @property
    def path(self) -> str:
        """The path that was asked for, with its query but for the language."""
        query = [(name, value) for name, value in self.request.query_params.multi_items() if name != LANGUAGE]
        return self.request.url.path + (f"?{urlencode(query)}" if query else "")

    def seen(self) -> Seen:
        """The repositories that this person may read."""
        return self.house.access.of(self.who)

    def repository(self) -> Readable:
        """The repository that the path names. Raises :class:`NotFound`."""
        name = "{owner}/{name}".format_map(self.request.path_params)
        found = self.seen().get(name.casefold())
        if found is None:
            raise NotFound
        return found

    def zone(self, repository: Readable) -> tzinfo:
        """The zone in which times of a repository are told: that of its policy as it is now, else UTC."""
        try:
            with self.house.access.client(self.who) as client:
                config = self.house.policies.of(self.who.id, repository, client, self.house.clock())
        except ConfigError:
            return UTC
        except CannotUseGitHub as error:  # a page from memory is shown without it
            if error.slug == "credentials":
                raise
            return UTC
        return config.policy.zone if config else UTC

    def remembered(self, repository: Readable) -> Project | None:
        """What is remembered of a repository; ``None`` where that is nothing, or is of another that had its name."""
        found = self.house.verdicts.project(repository.name)
        return found if found is None or found.github_id in {0, repository.id} else None

    def query(self, name: str, most: int = 200) -> str:
        """A parameter of the query; empty where there is none."""
        return harmless(self.request.query_params.get(name, ""))[:most]

    def field(self, name: str, most: int = 200) -> str:
        """A field of the form; empty where there is none."""
        return harmless(self.form.get(name, ""))[:most]


def number(text: str) -> int:
    """A whole number that databases hold. Raises :class:`NotFound`."""
    try:
        found = int(text)
    except ValueError:
        raise NotFound from None
    if abs(found) >= 2**63:
        raise NotFound
    return found


def language(request: Request, house: House) -> str:
    """The language: as asked for in the query, else as chosen before, else the one that the browser likes best."""
    for chosen in (request.query_params.get(LANGUAGE), request.cookies.get(house.cookie(LANGUAGE))):
        if chosen in LANGUAGES:
            return chosen
    asked = map(_liked, request.headers.get("accept-language", "")[:500].split(","))
    liked = sorted(asked, key=lambda each: -each[0])
    return next((_SPOKEN[tag] for weight, tag in liked if weight > 0 and tag in _SPOKEN), ENGLISH)


def _liked(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    try:
        liked = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        liked = 0.0
    return liked, tag.strip().lower().partition("-")[0]


def ours(path: str) -> str:
    r"""A path of our own to go to; the first page where it would lead anywhere else.

    Browsers take ``//host`` and ``/\host`` for another host, and drop tabs and line ends before they look.
    """
    try:
        parts = urlsplit(path)
    except ValueError:  # as of a host in brackets that is none
        return "/"
    plain = path.startswith("/") and not parts.netloc and not parts.scheme and path.isascii() and path.isprintable()
    told = unquote(parts.path)
    return path if plain and "\\" not in told and not told.startswith("//") and " " not in path else "/"
