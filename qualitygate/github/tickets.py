"""Issues of GitHub as tickets: asked for in pages by when they changed, and told as the project's events.

What it costs: a page of fifty issues with labels and timelines is 101 requests by GitHub's formula, which is one point.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.model.tickets import AGENT, BOT, DOWN, REASONS, UP, Ticket, TicketEvent
from qualitygate.support import form
from qualitygate.tracker import TicketPage, TicketRecord, TicketSource
from qualitygate.values import dataclass

MARKER = "<!-- qualitygate:"
"""How each comment begins that we write under a ticket: it is nobody's answer."""
CSAT = "csat"
"""The key of the comment that asks whether a customer is satisfied."""
QUESTIONS = 100
"""Comments whose reactions are asked for at once, which is one point."""
SIZE = 50
"""Issues a page: a hundred would cost two points, and are often too much for GitHub's ten seconds."""
GROWTH = 5
"""By how much a page that was halved grows again, each time one came through."""
OVERLAP = timedelta(minutes=2)
"""What changed so long before the last ticket is asked for again: GitHub writes times before it shows things."""
UNSEEN = ("SPAM", "ABUSE", "OFF_TOPIC")
"""Comments hidden for this reason are no messages; an answer that is only outdated is one."""
_TEAM_NEEDS = (
    "The token needs to read the members of the organisation (members=read, or read:org for a classic one), which the "
    "own token of a workflow never may: give another one, or list the users under support.team."
)
_STORY = """
fragment items on IssueTimelineItemsConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    __typename
    ... on IssueComment { id createdAt body isMinimized minimizedReason author { __typename login } }
    ... on LabeledEvent { id createdAt actor { __typename login } label { name } }
    ... on UnlabeledEvent { id createdAt actor { __typename login } label { name } }
    ... on ClosedEvent { id createdAt actor { __typename login } stateReason }
    ... on ReopenedEvent { id createdAt actor { __typename login } }
    ... on TransferredEvent { id createdAt actor { __typename login } }
    ... on CommentDeletedEvent { id createdAt actor { __typename login } }
    ... on ConvertedToDiscussionEvent { id createdAt actor { __typename login } }
  }
}
"""
_TYPES = """[ISSUE_COMMENT, LABELED_EVENT, UNLABELED_EVENT, CLOSED_EVENT, REOPENED_EVENT, TRANSFERRED_EVENT,
  COMMENT_DELETED_EVENT, CONVERTED_TO_DISCUSSION_EVENT]"""
PAGE = f"""
query($owner: String!, $name: String!, $size: Int!, $after: String, $since: DateTime) {{
  rateLimit {{ cost remaining }}
  repository(owner: $owner, name: $name) {{
    issues(first: $size, after: $after, orderBy: {{field: UPDATED_AT, direction: ASC}}, filterBy: {{since: $since}}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{
        id number title body state createdAt updatedAt author {{ __typename login }}
        labels(first: 100) {{ nodes {{ name }} }}
        timelineItems(first: 100, itemTypes: {_TYPES}) {{ ...items }}
      }}
    }}
  }}
}}
{_STORY}"""
REST = f"""
query($id: ID!, $after: String) {{
  rateLimit {{ cost remaining }}
  node(id: $id) {{ ... on Issue {{ timelineItems(first: 100, after: $after, itemTypes: {_TYPES}) {{ ...items }} }} }}
}}
{_STORY}"""

_THUMBS = {"THUMBS_UP": UP, "THUMBS_DOWN": DOWN}
_REACTIONS = """reactions(first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { id content createdAt user { login } }
}"""
RATINGS = f"""
query($ids: [ID!]!, $after: String) {{
  rateLimit {{ cost remaining }}
  nodes(ids: $ids) {{ ... on IssueComment {{ id {_REACTIONS} }} }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """How far the walk is: what it asks ``since``, the page ``after`` which it goes on, the ``newest`` it has seen.

    ``read`` is how many issues lie before that page.
    """

    since: str = ""
    after: str = ""
    newest: str = ""
    read: int = 0


def source(client: Client, repository: str, zone: tzinfo) -> TicketSource:
    """The issues of ``OWNER/NAME``; times in forms that name no zone are of ``zone``."""
    return TicketSource(
        name=f"github:{client.access.base_url}/{repository}".lower(),
        pages=lambda bookmark: pages(client, repository, zone, bookmark),
        members=lambda team: members(client, team),
        ratings=lambda questions: ratings(client, questions),
    )


def members(client: Client, team: str) -> tuple[str, ...]:
    """Who is in ``ORGANISATION/TEAM`` or a team below it. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    organisation, _, slug = team.partition("/")
    try:
        found = client.every(f"/orgs/{quote(organisation, safe='')}/teams/{quote(slug, safe='')}/members")
        return tuple(each["login"] for each in found)
    except CannotUseGitHub as error:
        if error.slug in ("permission", "not-found"):
            raise CannotUseGitHub(error.slug, f"who is in {team} cannot be read. {_TEAM_NEEDS} ({error})") from error
        raise


def ratings(client: Client, questions: Sequence[str]) -> Mapping[str, Sequence[TicketEvent]]:
    """The thumbs below these comments, given by ids; one that was deleted is left out.

    GitHub does not count a reaction as a change of its issue, so that no page tells of it.
    """
    found: dict[str, Sequence[TicketEvent]] = {}
    for start in range(0, len(questions), QUESTIONS):
        found.update(_rated(client, questions[start : start + QUESTIONS]))
    return found


def _rated(client: Client, questions: Sequence[str]) -> Iterator[tuple[str, Sequence[TicketEvent]]]:
    """GitHub refuses all of them where one is gone, which is then looked for by halves."""
    try:
        answer = client.query(RATINGS, {"ids": list(questions)})
    except CannotUseGitHub as error:
        if error.slug != "not-found":
            raise
        half = len(questions) // 2
        if half:
            yield from _rated(client, questions[:half])
            yield from _rated(client, questions[half:])
        return
    for node in answer.data["nodes"]:
        yield node["id"], [_rating(each) for each in _reactions(client, node) if _counts(each)]


def _reactions(client: Client, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = node["reactions"]
    while True:
        yield from found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            return
        asked = {"ids": [node["id"]], "after": found["pageInfo"]["endCursor"]}
        found = client.query(RATINGS, asked).data["nodes"][0]["reactions"]


def _counts(reaction: Mapping[str, Any]) -> bool:
    """A thumb of an account that is still there: of others nobody knows whose it was."""
    return reaction["content"] in _THUMBS and reaction["user"] is not None


def _rating(reaction: Mapping[str, Any]) -> TicketEvent:
    return TicketEvent(
        at=datetime.fromisoformat(reaction["createdAt"]),
        kind="rated",
        id=reaction["id"],
        user=reaction["user"]["login"],
        value=_THUMBS[reaction["content"]],
    )


def pages(client: Client, repository: str, zone: tzinfo, bookmark: str) -> Iterator[TicketPage]:
    """What changed since the bookmark, page by page. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    place, size = _Place(**json.loads(bookmark)) if bookmark else _Place(), SIZE
    before, last = place.read, False
    while not last:
        try:
            issues = _page(client, repository, size, place)
        except CannotUseGitHub as error:
            if error.slug == "timeout" and size > 1:
                size //= 2
                continue
            if error.slug == "refused" and place.after:  # a cursor that GitHub no longer knows
                place, before = _Place(since=_before(place.newest), newest=place.newest), 0
                continue
            raise
        size = min(SIZE, size + GROWTH)
        place, last = _after(place, issues), not issues["pageInfo"]["hasNextPage"]
        yield TicketPage(
            records=tuple(_record(client, node, zone) for node in issues["nodes"]),
            bookmark=json.dumps({key: getattr(place, key) for key in ("since", "after", "newest", "read")}),
            total=issues["totalCount"] - before,
            last=last,
        )


def _page(client: Client, repository: str, size: int, place: _Place) -> Mapping[str, Any]:
    owner, _, name = repository.partition("/")
    asked = {"after": place.after, "since": place.since}
    variables = {"owner": owner, "name": name, "size": size, **{key: said for key, said in asked.items() if said}}
    answer = client.query(PAGE, variables)
    issues: Mapping[str, Any] | None = (answer.data.get("repository") or {}).get("issues")
    if answer.lost or issues is None or None in issues["nodes"]:
        why = answer.lost[0] if answer.lost else "no reason given"
        raise CannotUseGitHub("timeout", f"GitHub gave only a part of {size} issues of {repository}: {why}")
    return issues


def _after(place: _Place, issues: Mapping[str, Any]) -> _Place:
    """Where to go on: at the next page, or after the last one from what changed since, with an overlap."""
    newest = max([place.newest, *(node["updatedAt"] for node in issues["nodes"])])
    if issues["pageInfo"]["hasNextPage"]:
        read = place.read + len(issues["nodes"])
        return replace(place, after=issues["pageInfo"]["endCursor"], newest=newest, read=read)
    return _Place(since=_before(newest), newest=newest)


def _before(newest: str) -> str:
    if not newest:
        return ""
    return (datetime.fromisoformat(newest) - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(client: Client, node: Mapping[str, Any], zone: tzinfo) -> TicketRecord:
    items = list(_items(client, node))
    opened = datetime.fromisoformat(node["createdAt"])
    said = form.read(node["body"] or "", opened, zone)
    whose, actor = (None, AGENT) if _ours(node) else (user(node["author"]), None)
    first = TicketEvent(at=opened, kind="opened", id=node["id"], user=whose, actor=actor, received_at=said.received_at)
    return TicketRecord(
        ticket=Ticket(
            id=str(node["number"]),
            events=(first, *filter(None, map(event, items))),
            priority=said.severity,
            channel=said.channel,
            title=node["title"],
        ),
        labels=tuple(each["name"] for each in node["labels"]["nodes"]),
        open=node["state"] == "OPEN",
        updated=datetime.fromisoformat(node["updatedAt"]),
        problems=said.problems,
    )


def _ours(node: Mapping[str, Any]) -> bool:
    """Whether we wrote an issue ourselves, like the report of a month: it is as if staff had opened it."""
    return user(node["author"]).endswith("[bot]") and (node["body"] or "").startswith(MARKER)


def _items(client: Client, node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The whole timeline of an issue: what is beyond the first page is asked for by the issue's id."""
    found = node["timelineItems"]
    while True:
        yield from found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            return
        answer = client.query(REST, {"id": node["id"], "after": found["pageInfo"]["endCursor"]})
        if answer.lost or not answer.data.get("node"):
            raise CannotUseGitHub("timeout", f"GitHub gave only a part of what happened to #{node['number']}")
        found = answer.data["node"]["timelineItems"]


def user(account: Mapping[str, Any] | None) -> str:
    """The name of an account as REST has it: with the suffix of a bot; deleted accounts are ``ghost``."""
    if account is None:
        return "ghost"
    return f"{account['login']}[bot]" if account["__typename"] == "Bot" else str(account["login"])


def event(item: Mapping[str, Any]) -> TicketEvent | None:
    """What an item of a timeline means; ``None`` where it means nothing to a ticket."""
    made = _KINDS.get(item["__typename"])
    return made(item) if made else None


def _comment(item: Mapping[str, Any]) -> TicketEvent:
    """A comment; those that we wrote ourselves are a program's, in whosever name."""
    at, own = datetime.fromisoformat(item["createdAt"]), (item["body"] or "").startswith(MARKER)
    reason = (item["minimizedReason"] or "").upper().replace("-", "_")
    public = not (item["isMinimized"] and reason in UNSEEN)
    if (item["body"] or "").startswith(f"{MARKER}{CSAT} -->"):
        return TicketEvent(at=at, kind="asked", id=item["id"], user=user(item["author"]))
    if own:
        return TicketEvent(at=at, kind="comment", id=item["id"], actor=BOT, public=public)
    return TicketEvent(at=at, kind="comment", id=item["id"], user=user(item["author"]), public=public)


def _labelling(kind: str) -> Callable[[Mapping[str, Any]], TicketEvent]:
    return lambda item: replace(_plain(kind)(item), value=item["label"]["name"])


def _closed(item: Mapping[str, Any]) -> TicketEvent:
    reason = (item["stateReason"] or "").lower()
    return replace(_plain("closed")(item), value=reason if reason in REASONS else None)


def _plain(kind: str) -> Callable[[Mapping[str, Any]], TicketEvent]:
    return lambda item: TicketEvent(
        at=datetime.fromisoformat(item["createdAt"]), kind=kind, id=item["id"], user=user(item["actor"])
    )


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], TicketEvent]] = {
    "IssueComment": _comment,
    "LabeledEvent": _labelling("labelled"),
    "UnlabeledEvent": _labelling("unlabelled"),
    "ClosedEvent": _closed,
    "ReopenedEvent": _plain("reopened"),
    "TransferredEvent": _plain("transferred"),
    "CommentDeletedEvent": _plain("comment_deleted"),
    "ConvertedToDiscussionEvent": _plain("converted"),
}
