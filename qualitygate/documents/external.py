"""External addresses: asked one after the other at each host, with patience, and judged with reserve.

Only an answer that says so makes a link dead. A host that refuses, is busy or does not answer leaves it unknown, and
what is unknown is no finding: for this reason, too, no gate rests on external links.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from qualitygate.values import dataclass

GOOD, DEAD, UNKNOWN = "good", "dead", "unknown"
GONE = frozenset({404, 410})
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which it is worth to ask again."""
RETRIES = 2
PACE = 1.0
"""Seconds between two requests to one host."""
HOSTS = 8
"""Hosts that are asked at the same time."""
KEPT = timedelta(days=7)
"""How long a good answer is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """What is known of one address: ``good``, ``dead`` or ``unknown``, and why."""

    state: str
    why: str


Fetch = Callable[[str], int]
"""Asks for an address and gives the status; raises ``OSError`` where there is no answer."""


def ask(url: str, fetch: Fetch, sleep: Callable[[float], None]) -> LinkStatus:
    """Ask for one address, again where that may help."""
    for attempt in range(RETRIES + 1):
        if attempt:
            sleep(PACE * 2**attempt)
        try:
            status = fetch(url)
        except OSError as error:
            answer = _unanswered(error)
            if answer.state == DEAD:
                return answer
            continue
        answer = judged(status)
        if status not in AGAIN:
            return answer
    return answer


def judged(status: int) -> LinkStatus:
    """What a status says of an address: only that it is gone makes it dead."""
    if status in GONE:
        return LinkStatus(state=DEAD, why=f"answers {status}")
    return LinkStatus(state=GOOD if 200 <= status < 400 else UNKNOWN, why=f"answers {status}")


def ask_all(
    urls: Iterable[str], fetch: Fetch, sleep: Callable[[float], None], known: Mapping[str, LinkStatus]
) -> dict[str, LinkStatus]:
    """Ask for each address that is not known, hosts side by side, each at its pace."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only external links pay for it

    hosts: dict[str, list[str]] = {}
    plain = sorted({urldefrag(url).url for url in urls})
    for url in plain:
        if url not in known:
            hosts.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    with ThreadPoolExecutor(HOSTS) as pool:
        answers = [each for part in pool.map(lambda some: _host(some, fetch, sleep), hosts.values()) for each in part]
    return {**{url: known[url] for url in plain if url in known}, **dict(answers)}


def _host(urls: Sequence[str], fetch: Fetch, sleep: Callable[[float], None]) -> list[tuple[str, LinkStatus]]:
    found = []
    for index, url in enumerate(urls):
        if index:
            sleep(PACE)
        found.append((url, ask(url, fetch, sleep)))
    return found


def _unanswered(error: OSError) -> LinkStatus:
    import socket  # noqa: PLC0415

    reason = getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_NONAME:
        return LinkStatus(state=DEAD, why="names a host that does not exist")
    return LinkStatus(state=UNKNOWN, why=f"does not answer: {reason}"[:200])


def remembered(text: str, now: datetime) -> dict[str, LinkStatus]:
    """The good answers of earlier runs that are still believed; none where the text is not what a run wrote."""
    try:
        return {
            url: LinkStatus(state=GOOD, why=str(why))
            for url, (why, at) in json.loads(text).items()
            if timedelta(0) <= now - datetime.fromisoformat(at) <= KEPT
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def written(answers: Mapping[str, LinkStatus], known: str, now: datetime) -> str:
    """The good answers as a later run reads them, each with the time when it was given."""
    try:
        before = {url: at for url, (_, at) in json.loads(known).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        before = {}
    fresh = remembered(known, now)
    good = {
        url: [answer.why, before[url] if url in fresh else now.isoformat()]
        for url, answer in sorted(answers.items())
        if answer.state == GOOD
    }
    return json.dumps(good, indent=0)


def fetcher(agent: str, *, private: bool = False) -> Fetch:
    """What asks the network: HEAD, then GET where a host does not know it; private addresses are not asked."""
    from urllib.error import HTTPError  # noqa: PLC0415
    from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener  # noqa: PLC0415

    class _Redirects(HTTPRedirectHandler):
        def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            _allowed(newurl, private=private)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    opener: OpenerDirector = build_opener(_Redirects())

    def status(url: str, method: str) -> int:
        request = Request(url, method=method, headers={"User-Agent": agent, "Accept": "*/*"})  # noqa: S310
        try:
            with opener.open(request, timeout=20) as response:
                return int(response.status)
        except HTTPError as error:
            error.close()
            if 300 <= error.code < 400:
                raise OSError(0, f"answers {error.code} and leads where nobody follows") from error
            return error.code

    def fetch(url: str) -> int:
        whole = f"https:{url}" if url.startswith("//") else url
        try:
            _allowed(whole, private=private)
            found = status(whole, "HEAD")
            return found if 200 <= found < 400 or found == 429 else status(whole, "GET")
        except (ValueError, UnicodeError) as error:
            raise OSError(0, f"it is no address: {error}") from error
        except Exception as error:
            if isinstance(error, OSError):
                raise
            raise OSError(0, f"{type(error).__name__}: {error}") from error

    return fetch


def _allowed(url: str, *, private: bool) -> None:
    """Refuse what a page must not make us ask: other schemes, and hosts of the network we are in."""
    import ipaddress  # noqa: PLC0415
    import socket  # noqa: PLC0415

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OSError(0, f"{parts.scheme}: is not asked for")
    if private:
        return
    for *_, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise OSError(0, "it is a private address, which is not asked")


def askable(url: str) -> bool:
    """Whether an address is one of the web."""
    return url.startswith(("http://", "https://", "//"))
