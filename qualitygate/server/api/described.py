"""The description of the API in OpenAPI 3.1, held against real answers by a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualitygate.model.verdict import Outcome
from qualitygate.server.api.asked import MOST, USUAL
from qualitygate.storage.inbox import DEAD, DONE, RUNNING, WAITING
from qualitygate.support.run import State

BASE = "/api/v1"
_Schema = Mapping[str, Any]


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: _Schema) -> _Schema:
    """An object that always has all of these, and no others."""
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def _or_null(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(of: _Schema) -> _Schema:
    return {"type": "array", "items": of}


def _page(name: str) -> _Schema:
    return _object(items=_list(_ref(name)), next=_or_null({**_TEXT, "description": "the cursor of what comes after"}))


_TEXT: _Schema = {"type": "string"}
_COUNT: _Schema = {"type": "integer", "minimum": 0}
_ID: _Schema = {"type": "integer", "minimum": 1}
_MOMENT: _Schema = {"type": "string", "format": "date-time"}
_EXACT: _Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+|/[0-9]+)?$"}
_OUTCOME: _Schema = {"type": "string", "enum": [outcome.name.lower() for outcome in Outcome]}
_JUDGEMENT: Mapping[str, _Schema] = {
    "id": _ID,
    "repository": _TEXT,
    "commit": _TEXT,
    "ref": {**_TEXT, "description": "the branch; of a tag with tags/ before it"},
    "pull_request": _or_null(_ID),
    "check": _object(name=_TEXT, id=_or_null(_ID)),
    "stream": {**_TEXT, "description": "what it follows others in: one pull request, branch or tag, and check"},
    "at": _MOMENT,
    "outcome": _OUTCOME,
    "policy": _object(name=_TEXT, digest=_TEXT, commit=_TEXT),
    "url": _TEXT,
    "results": _list(_ref("Result")),
}
_SCHEMAS: Mapping[str, _Schema] = {
    "Error": _object(error=_TEXT),
    "Project": _object(
        repository=_TEXT,
        default_branch=_TEXT,
        last=_or_null(_object(id=_ID, outcome=_OUTCOME, at=_MOMENT)),
        stream=_or_null({**_TEXT, "description": "that of the default branch, to ask its judgements by"}),
        failing_pull_requests=_COUNT,
        seen_at=_MOMENT,
        support=_or_null(
            {
                **_object(tickets=_COUNT, at_risk=_COUNT, breached=_COUNT, looked_at=_MOMENT),
                "description": "none where no support is promised, or a token may not read issues",
            }
        ),
    ),
    "Result": _object(
        gate=_TEXT,
        id=_TEXT,
        labels={"type": "object", "additionalProperties": _TEXT},
        outcome=_OUTCOME,
        value=_or_null(_EXACT),
    ),
    "Judgement": _object(**_JUDGEMENT),
    "WholeJudgement": _object(
        **_JUDGEMENT,
        inputs=_list(_object(path=_TEXT, sha256=_TEXT, size=_COUNT, at=_or_null(_MOMENT))),
        previous=_or_null({**_ID, "description": "the judgement before it in its stream"}),
        verdict={**_TEXT, "description": "where its JSON is"},
    ),
    "Verdict": {"type": "object", "description": "as verdict.schema.json of qualitygate describes it"},
    "Ticket": _object(
        repository=_TEXT,
        ticket=_TEXT,
        title=_TEXT,
        priority=_TEXT,
        channel=_TEXT,
        opened_at=_MOMENT,
        clock=_or_null({**_TEXT, "description": "the most pressing one; none where none has to be kept now"}),
        state=_or_null({"type": "string", "enum": [state.value for state in State]}),
        due_at=_or_null(_MOMENT),
        at_risk_from=_or_null(_MOMENT),
        seconds_left=_or_null({"type": "integer", "description": "on the wall until it is due; negative where late"}),
        business_seconds_left=_or_null({"type": "number", "description": "of a clock that stands still"}),
        target_business_seconds=_or_null({"type": "number"}),
        looked_at=_MOMENT,
    ),
    "Delivery": _object(
        id=_TEXT,
        event=_TEXT,
        action=_TEXT,
        received_at=_MOMENT,
        state={"type": "string", "enum": [WAITING, RUNNING, DONE, DEAD]},
        attempts=_COUNT,
        next_try_at=_MOMENT,
        error=_TEXT,
    ),
    "Projects": _page("Project"),
    "Judgements": _page("Judgement"),
    "Board": _page("Ticket"),
    "Deliveries": _page("Delivery"),
}
_REPOSITORY = ("owner", "name")
_PAGED: Mapping[str, _Schema] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    "cursor": {**_TEXT, "description": "the next of an earlier answer"},
}
_ERRORS = {"400": "A parameter makes no sense.", "401": "Nobody known asks.", "404": "Not there, or not for you."}
_BUSY = {"429": "That was too often.", "503": "The store or GitHub cannot be asked now."}


def _operation(id: str, summary: str, schema: str, path: Mapping[str, _Schema], **query: _Schema) -> _Schema:
    places = (("path", path, True), ("query", query, False))
    return {
        "get": {
            "operationId": id,
            "summary": summary,
            "parameters": [
                {"name": name, "in": place, "required": required, "schema": each}
                for place, names, required in places
                for name, each in names.items()
            ],
            "responses": {
                "200": _answer("What was asked for.", schema),
                **{status: _answer(why, "Error") for status, why in {**_ERRORS, **_BUSY}.items()},
            },
        }
    }


def _answer(why: str, schema: str) -> _Schema:
    return {"description": why, "content": {"application/json": {"schema": _ref(schema)}}}


_OF_PROJECT = dict.fromkeys(_REPOSITORY, _TEXT)
_BY_ID = {"id": _ID}
DESCRIPTION: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "qualitygate",
        "version": "1",
        "summary": "Verdicts, how repositories stand, and open tickets, for who may read the repositories on GitHub.",
        "description": "Of what is private a fine-grained token of GitHub's needs permissions: Contents for verdicts, "
        "Issues for tickets, both for the JSON of a verdict, and Webhooks for deliveries.",
    },
    "servers": [{"url": BASE}],
    "security": [{"session": []}, {"token": []}],
    "paths": {
        "/projects": _operation("projects", "Repositories, the worst first", "Projects", {}, **_PAGED),
        "/projects/{owner}/{name}": _operation("project", "How a repository stands", "Project", _OF_PROJECT),
        "/projects/{owner}/{name}/judgements": _operation(
            "judgements", "Its verdicts, newest first", "Judgements", _OF_PROJECT, **_PAGED, stream=_TEXT
        ),
        "/judgements/{id}": _operation("judgement", "One verdict and its inputs", "WholeJudgement", _BY_ID),
        "/judgements/{id}/verdict": _operation("verdict", "Byte for byte the JSON that check gives", "Verdict", _BY_ID),
        "/board": _operation(
            "board", "Open tickets, the least time left first", "Board", {}, **_PAGED, repository=_TEXT
        ),
        "/deliveries": _operation(
            "deliveries",
            "Webhooks of a repository and what became of them, for who administers it",
            "Deliveries",
            {},
            **_PAGED,
            repository=_TEXT,
        ),
    },
    "components": {
        "schemas": _SCHEMAS,
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "signed in on the pages"},
            "token": {"type": "http", "scheme": "bearer", "description": "a token of GitHub's"},
        },
    },
}
