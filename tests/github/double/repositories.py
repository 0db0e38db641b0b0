"""Repositories as GitHub shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.double.account import CREATED, account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Request
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World

URLS = {
    "archive": "{archive_format}{/ref}",
    "assignees": "assignees{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "branches{/branch}",
    "collaborators": "collaborators{/collaborator}",
    "comments": "comments{/number}",
    "commits": "commits{/sha}",
    "compare": "compare/{base}...{head}",
    "contents": "contents/{+path}",
    "contributors": "contributors",
    "deployments": "deployments",
    "downloads": "downloads",
    "events": "events",
    "forks": "forks",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "hooks",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "issues{/number}",
    "keys": "keys{/key_id}",
    "labels": "labels{/name}",
    "languages": "languages",
    "merges": "merges",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "pulls": "pulls{/number}",
    "releases": "releases{/id}",
    "stargazers": "stargazers",
    "statuses": "statuses/{sha}",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "tags": "tags",
    "teams": "teams",
    "trees": "git/trees{/sha}",
}
ABSENT = ("description", "homepage", "language", "license", "mirror_url")
NONE_YET = ("forks", "forks_count", "network_count", "size", "stargazers_count", "subscribers_count", "watchers")
SWITCHES = {
    "disabled": False,
    "has_discussions": False,
    "has_downloads": True,
    "has_issues": True,
    "has_pages": False,
    "has_projects": False,
    "has_wiki": False,
}


@does("GET /repos/{owner}/{repo}")
def get_repository(world: World, request: Request) -> Answer:
    return Answer(body=repository_shape(world.repository(request), request.api))


def repository_shape(repository: Repository, api: str) -> dict[str, Any]:
    """`full-repository`, which holds all that `repository` and `minimal-repository` ask for."""
    url, page, now = repository.url(api), repository.page(api), stamp(repository.world.now)
    open_issues = sum(issue.state == "open" for issue in repository.issues.values())
    return {
        "id": repository.id,
        "node_id": node("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "owner": account_shape(repository.owner, api),
        "private": repository.private,
        "visibility": "private" if repository.private else "public",
        "html_url": page,
        "fork": repository.fork,
        "url": url,
        **{f"{name}_url": f"{url}/{path}" for name, path in URLS.items()},
        "git_url": f"git://git.example/{repository.full_name}.git",
        "ssh_url": f"git@git.example:{repository.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        **dict.fromkeys(ABSENT),
        **dict.fromkeys(NONE_YET, 0),
        **SWITCHES,
        "archived": repository.archived,
        "watchers_count": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        "default_branch": repository.default_branch,
        "pushed_at": stamp(repository.pushed),
        "created_at": CREATED,
        "updated_at": now,
    }
