"""Files: read at a commit, a folder listed, one written as a commit of its own, and the branches these lie on."""

from __future__ import annotations

from base64 import b64decode, encodebytes
from typing import TYPE_CHECKING, Any

from tests.github.double.clock import stamp
from tests.github.double.commits import Commit, commit_shape, made_sha, resolved
from tests.github.double.exchange import Answer, Refused, Request, invalid
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

IN_ONE_PIECE = 1024**2
"""Bytes of a file whose content is told with what else is known of it; of a larger one it has to be asked for raw."""


@does("GET /repos/{owner}/{repo}/contents/{path}")
def get_contents(world: World, request: Request) -> Answer:
    repository = world.repository(request)
    name, path = request.query.get("ref", repository.default_branch), request.arguments.get("path", "").strip("/")
    commit = resolved(repository, name)
    if commit is None:
        raise Refused(404, f"No commit found for the ref {name}")
    if path in commit.files:
        return _content(repository, commit, path, request)
    below = sorted(file for file in commit.files if file.startswith(f"{path}/" if path else ""))
    if not below:
        raise Refused(404, "Not Found")
    return Answer(body=_folder(repository, commit, path, below, request))


@does("PUT /repos/{owner}/{repo}/contents/{path}")
def put_contents(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    branch, path = body.get("branch", repository.default_branch), request.arguments["path"]
    if branch not in repository.branches:
        raise Refused(404, f"Branch {branch} not found")
    before = repository.commits[repository.branches[branch]].files.get(path)
    if before is not None and "sha" not in body:
        raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if body.get("sha") != (made_sha("blob", before) if before is not None else None):
        raise Refused(409, f"{path} does not match {body.get('sha')}")
    login = world.actor(request).login
    sha = repository.commit(
        branch=branch, message=body["message"], login=login, files={path: b64decode(body["content"])}
    )
    for pull in repository.pulls.values():
        if pull.source is repository and pull.head == branch and repository.issues[pull.number].state == "open":
            pull.sha = sha
    commit = repository.commits[sha]
    whole = commit_shape(repository, commit, request.api)
    outer = {name: whole[name] for name in ("sha", "node_id", "url", "html_url", "parents")}
    item = _item(repository, commit, path, request, kind="file")
    made = {"content": item, "commit": {**whole["commit"], **outer}}
    return Answer(status=201 if before is None else 200, body=made)


@does("GET /repos/{owner}/{repo}/git/ref/{ref}")
def get_reference(world: World, request: Request) -> Answer:
    repository, name = world.repository(request), request.arguments["ref"]
    kind, _, bare = name.partition("/")
    sha = {"heads": repository.branches, "tags": repository.tags}.get(kind, {}).get(bare)
    if sha is None:
        raise Refused(404, "Not Found")
    shape = _reference(repository, f"refs/{name}", sha, request.api)
    if kind == "tags" and bare in repository.annotated:
        url = f"{repository.url(request.api)}/git/tags/{repository.annotated[bare]}"
        shape["object"] = {"type": "tag", "sha": repository.annotated[bare], "url": url}
    return Answer(body=shape)


@does("GET /repos/{owner}/{repo}/git/tags/{tag_sha}")
def get_tag(world: World, request: Request) -> Answer:
    """An annotated tag, which is an object of its own."""
    repository, wanted = world.repository(request), request.arguments["tag_sha"]
    name = next((name for name, sha in repository.annotated.items() if sha == wanted), None)
    if name is None:
        raise Refused(404, "Not Found")
    url, commit = repository.url(request.api), repository.commits[repository.tags[name]]
    who = {"name": commit.author.login, "email": f"{commit.author.login}@users.example", "date": stamp(commit.at)}
    shape = {"node_id": f"TAG_{wanted}", "tag": name, "sha": wanted, "message": name, "tagger": who}
    target = {"type": "commit", "sha": commit.sha, "url": f"{url}/git/commits/{commit.sha}"}
    return Answer(body={**shape, "url": f"{url}/git/tags/{wanted}", "object": target})


@does("POST /repos/{owner}/{repo}/git/refs")
def create_reference(world: World, request: Request) -> Answer:
    repository, body = world.repository(request), request.body
    _, kind, bare = [*body["ref"].split("/", 2), "", ""][:3]
    table = {"heads": repository.branches, "tags": repository.tags}.get(kind)
    if table is None or not bare:
        raise invalid("Reference", "ref", "Reference name must start with 'refs/' and contain two slashes.")
    if bare in table:
        raise Refused(422, "Reference already exists")
    if body["sha"] not in repository.commits:
        raise Refused(422, "Object does not exist")
    table[bare] = body["sha"]
    return Answer(status=201, body=_reference(repository, body["ref"], body["sha"], request.api))


def _reference(repository: Repository, name: str, sha: str, api: str) -> dict[str, Any]:
    url = repository.url(api)
    target = {"type": "commit", "sha": sha, "url": f"{url}/git/commits/{sha}"}
    return {"ref": name, "node_id": f"REF_{name}", "url": f"{url}/git/{name}", "object": target}


def _content(repository: Repository, commit: Commit, path: str, request: Request) -> Answer:
    content = commit.files[path]
    if "raw" in request.headers.get("accept", ""):
        return Answer(body=content, headers={"Content-Type": "application/vnd.github.raw+json; charset=utf-8"})
    body = _item(repository, commit, path, request, kind="file")
    if len(content) > IN_ONE_PIECE:
        return Answer(body={**body, "encoding": "none", "content": ""})
    return Answer(body={**body, "encoding": "base64", "content": encodebytes(content).decode()})


def _folder(
    repository: Repository, commit: Commit, path: str, below: list[str], request: Request
) -> list[dict[str, Any]]:
    start = len(path) + 1 if path else 0
    heads = {file[start:].split("/")[0] for file in below}
    inside = [f"{path}/{head}" if path else head for head in sorted(heads)]
    kinds = {each: "file" if each in commit.files else "dir" for each in inside}
    return [_item(repository, commit, each, request, kind=kind) for each, kind in kinds.items()]


def _item(repository: Repository, commit: Commit, path: str, request: Request, *, kind: str) -> dict[str, Any]:
    url = f"{repository.url(request.api)}/contents/{path}?ref={commit.sha}"
    page = f"{repository.page(request.api)}/blob/{commit.sha}/{path}"
    sha = made_sha("blob", commit.files.get(path, path))
    blob = f"{repository.url(request.api)}/git/blobs/{sha}"
    return {
        "type": kind,
        "size": len(commit.files.get(path, b"")),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        "url": url,
        "git_url": blob,
        "html_url": page,
        "download_url": None if kind == "dir" else f"{page}?raw=true",
        "_links": {"self": url, "git": blob, "html": page},
    }
