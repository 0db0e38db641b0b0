"""A gate run: the verdict, the files it was reached from, what is different from the one before, and the policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from qualitygate import amounts, registry, wording
from qualitygate.codec.decoding import loads
from qualitygate.extension import Style
from qualitygate.github.people import Readable
from qualitygate.language import say
from qualitygate.server.pages import layout
from qualitygate.server.pages.changes import changes
from qualitygate.server.pages.files import download
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.rulebook import rulebook
from qualitygate.server.pages.visit import NotFound, Visit
from qualitygate.server.policy import OWNERS
from qualitygate.storage.verdicts import Input, Judgement

FORMATS = {"html": "html", "json": "json", "markdown": "md", "sarif": "sarif", "junit": "xml", "text": "txt"}
"""In which forms a verdict can be taken along, and what their files are called."""
_PATH = "/repositories/{owner}/{name}/runs/{id:int}"
_DAY = 86_400


def routes(guard: Guard) -> Sequence[Route]:
    """The page of a run, its policy, and the verdict as a file."""
    return (
        Route(_PATH, guard.shown(_page)),
        Route(f"{_PATH}/policy", guard.shown(_policy)),
        Route(f"{_PATH}/verdict", guard.shown(_verdict)),
    )


def _page(visit: Visit) -> Response:
    repository, judged = _judged(visit)
    verdict = loads(judged.verdict or "")
    before = visit.house.verdicts.before(judged)
    return layout.page(
        visit,
        "run",
        repository=repository,
        zone=visit.zone(repository),
        judged=judged,
        verdict=verdict,
        rows=wording.results(verdict),
        changed=changes(before, judged) if before else None,
        links=_links(visit, repository, judged),
        age=lambda each: _age(each, judged.at),
        formats=FORMATS,
    )


def _policy(visit: Visit) -> Response:
    """The policy as it lies in the commit that it was read from, with the right of the person who looks."""
    repository, judged = _judged(visit)
    with visit.house.access.client(visit.who) as client:
        found = rulebook(client, judged)
    owners = f"{repository.name.partition('/')[0]}/{OWNERS}"
    return layout.page(visit, "policy", repository=repository, judged=judged, found=found, owners=owners)


def _verdict(visit: Visit) -> Response:
    repository, judged = _judged(visit)
    form = visit.query("format")
    if form not in FORMATS:
        raise NotFound
    if form == "json":
        told = judged.verdict or ""
    else:
        told = registry.reporter(form).render(loads(judged.verdict or ""), Style(lang=visit.lang))
    return download(told, f"{repository.name.replace('/', '-')}-{judged.id}.{FORMATS[form]}")


def _judged(visit: Visit) -> tuple[Readable, Judgement]:
    """The judgement that the path names, if it is of the repository that the path names."""
    repository = visit.repository()
    found = visit.house.verdicts.judgement(visit.request.path_params["id"])
    if found is None or found.repository.casefold() != repository.name.casefold():
        raise NotFound
    if found.repository_id not in {0, repository.id}:
        raise NotFound
    return repository, found


def _links(visit: Visit, repository: Readable, judged: Judgement) -> dict[str, str]:
    """Where on GitHub what was judged can be seen."""
    base = f"{visit.house.oauth.site}/{repository.name}"
    return {
        "commit": f"{base}/commit/{quote(judged.sha)}",
        "pull": f"{base}/pull/{judged.pull_request}" if judged.pull_request else "",
        "check": f"{base}/runs/{judged.check}" if judged.check else "",
    }


def _age(file: Input, at: datetime) -> str:
    """How old a file was when it was judged."""
    if file.at is None:
        return say("not told")
    seconds = max(0, round((at - file.at).total_seconds()))
    return amounts.old(seconds // _DAY) if seconds >= _DAY else amounts.span(seconds // 60 * 60)
