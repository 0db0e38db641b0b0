"""GraphQL: a query held against GitHub's schema, priced by its formula, and answered from the graph."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    build_ast_schema,
    execute_sync,
    parse,
    validate,
    version,
)

from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer
from tests.github.double.graph import GraphRefused, Node, comment_node, issue_node, repository_node
from tests.github.double.limits import standing
from tests.github.double.npm import packages
from tests.github.double.token import Token

if TYPE_CHECKING:
    from tests.github.double.world import World

SCHEMA = "node_modules/@octokit/graphql-schema/schema.graphql"
PROSE = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""')
MOST_NODES = 500_000
TIMEOUT = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."
)
TOO_MUCH = "The query took too much to answer whole."


@dataclass(slots=True, kw_only=True)
class GraphFault:
    """What befalls the next queries: those for more than `above` nodes a page time out, or `keep` are answered."""

    above: int | None = None
    keep: int | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a query costs: the requests for its connections, and the nodes they may bring."""

    requests: int
    nodes: int
    largest: int

    @property
    def points(self) -> int:
        return max(1, int(self.requests / 100 + 0.5))


class Unanswered(Exception):
    """A field of the schema that the double does not know how to answer."""


@cache
def schema() -> GraphQLSchema:
    """GitHub's, built once a process."""
    document: DocumentNode = pickle.loads(parsed().read_bytes())
    return build_ast_schema(document, assume_valid=True)


def parsed() -> Path:
    """GitHub's schema as it was parsed, which takes seconds and so is kept beside the packages."""
    kept = packages() / f"schema-{version}.pickle"
    if not kept.exists():
        document = parse(PROSE.sub("", (packages() / SCHEMA).read_text("utf-8")), no_location=True)
        beside = kept.with_suffix(f".{getpid()}")
        beside.write_bytes(pickle.dumps(document))
        beside.replace(kept)
    return kept


def answered(world: World, body: Any, token: Token, api: str, faults: list[GraphFault]) -> tuple[Answer, list[str]]:
    """The answer to a query, and what was wrong with asking it."""
    text, variables = body.get("query", ""), body.get("variables") or {}
    try:
        document = parse(text)
        wrong = validate(schema(), document)
    except GraphQLError as why:
        wrong = [why]
    if wrong:
        return Answer(body={"errors": [_told(each) for each in wrong]}), [each.message for each in wrong]
    price = price_of(document, variables)
    if price.nodes > MOST_NODES:
        refused = GraphRefused("MAX_NODE_LIMIT_EXCEEDED", f"This query requests {price.nodes:,} possible nodes.")
        return Answer(body={"errors": [{"type": refused.kind, "message": str(refused)}]}), []
    world.points[token.value] = world.points.get(token.value, 0) + price.points
    fault = _struck(faults, price)
    if fault is not None and fault.above is not None:
        return Answer(status=502, body={"data": None, "errors": [{"message": TIMEOUT}]}), []
    return _executed(world, document, variables, _root(world, token, price, api), fault)


def price_of(document: DocumentNode, variables: Mapping[str, Any]) -> Price:
    """GitHub's formula: one request for each connection of each node above it, a hundredth of them in points."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    totals = [0, 0, 0]

    def walk(selected: SelectionSetNode | None, parents: int) -> None:
        for each in selected.selections if selected else ():
            if isinstance(each, FragmentSpreadNode):
                walk(fragments[each.name.value].selection_set, parents)
            elif isinstance(each, FieldNode) and (size := _size(each, variables)) is not None:
                totals[:] = totals[0] + parents, totals[1] + parents * size, max(totals[2], size)
                walk(each.selection_set, parents * size)
            else:
                walk(getattr(each, "selection_set", None), parents * _named(each, variables))

    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            walk(each.selection_set, 1)
    return Price(requests=totals[0], nodes=totals[1], largest=totals[2])


def _size(field: FieldNode, variables: Mapping[str, Any]) -> int | None:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            if isinstance(argument.value, VariableNode):
                given = variables.get(argument.value.name.value)
                return None if given is None else int(given)
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
    return None


def _named(field: SelectionNode, variables: Mapping[str, Any]) -> int:
    """How many nodes a field asks for by their ids."""
    for argument in getattr(field, "arguments", None) or ():
        if argument.name.value == "ids" and isinstance(argument.value, VariableNode):
            return len(variables.get(argument.value.name.value) or ())
    return 1


def _struck(faults: list[GraphFault], price: Price) -> GraphFault | None:
    for fault in faults:
        if fault.times > 0 and (fault.above is None or price.largest > fault.above):
            fault.times -= 1
            return fault
    return None


def _root(world: World, token: Token, price: Price, api: str) -> Node:
    limit = standing(world.points, token)
    reset = stamp(datetime.fromtimestamp(limit["reset"], UTC))
    priced = {**limit, "cost": price.points, "nodeCount": price.nodes, "resetAt": reset}
    return {
        "rateLimit": lambda **_: priced,
        "viewer": lambda: {"__typename": "User", "login": token.login.removesuffix("[bot]")},
        "repository": lambda owner, name, **_: _repository(world, token, f"{owner}/{name}", api),
        "node": lambda id: _node(world, token, id, api),  # noqa: A006  # the schema's name
        "nodes": lambda ids: [_node(world, token, each, api) for each in ids],
    }


def _repository(world: World, token: Token, name: str, api: str) -> Node:
    found = world.repositories.get(name)
    if found is None or (found.private and not token.reaches(name)):
        raise GraphRefused("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    return repository_node(found, api)


def _node(world: World, token: Token, wanted: str, api: str) -> Node:
    kind, _, number = wanted.partition("_")
    for repository in world.repositories.values():
        if repository.private and not token.reaches(repository.full_name):
            continue
        if kind == "R" and number == str(repository.id):
            return repository_node(repository, api)
        for issue in repository.issues.values() if kind == "I" else ():
            if number == str(issue.id):
                return issue_node(repository, issue, api)
        for comment in repository.all_comments if kind == "IC" else ():
            if number == str(comment.id):
                return comment_node(repository, comment, api)
    raise GraphRefused("NOT_FOUND", f"Could not resolve to a node with the global id of '{wanted}'")


def _executed(
    world: World, document: DocumentNode, variables: dict[str, Any], root: Node, fault: GraphFault | None
) -> tuple[Answer, list[str]]:
    done = execute_sync(schema(), document, root, variable_values=variables, field_resolver=_resolved)
    errors = list(done.errors or ())
    body: dict[str, Any] = {"data": done.data}
    told = [_told(each) for each in errors]
    if fault is not None and fault.keep is not None and done.data:
        told += _cut_short(done.data, fault.keep)
    if told:
        body["errors"] = told
    # What GitHub itself would say is no mistake of the query's; anything else is.
    ours = [each.message for each in errors if not isinstance(each.original_error, GraphRefused)]
    return Answer(body=body), ours


def _resolved(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    if info.field_name not in source:
        raise Unanswered(f"the double does not answer {info.parent_type.name}.{info.field_name}")
    value = source[info.field_name]
    return value(**arguments) if callable(value) else value


def _told(error: GraphQLError) -> dict[str, Any]:
    told: dict[str, Any] = {"message": error.message}
    if isinstance(error.original_error, GraphRefused):
        told["type"] = error.original_error.kind
    if error.path is not None:
        told["path"] = list(error.path)
    if error.locations:
        told["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return told


def _cut_short(data: dict[str, Any], keep: int) -> list[dict[str, Any]]:
    """Leaves the first nodes of the outermost connection, and None for the rest with an error each."""
    for name, value in data.items():
        if not isinstance(value, dict):
            continue
        nodes = value.get("nodes")
        if isinstance(nodes, list):
            lost = range(keep, len(nodes))
            for at in lost:
                nodes[at] = None
            paths = [[name, "nodes", at] for at in lost]
        else:
            paths = [[name, *each["path"]] for each in _cut_short(value, keep)]
        if paths:
            return [{"type": "RESOURCE_LIMITS_EXCEEDED", "path": path, "message": TOO_MUCH} for path in paths]
    return []
