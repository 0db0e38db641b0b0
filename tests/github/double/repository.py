"""A repository: what it holds, and how a test fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account
from tests.github.double.artifacts import Artifact
from tests.github.double.checks import CheckRun
from tests.github.double.comments import Comment, Reaction
from tests.github.double.commits import Commit, made_sha
from tests.github.double.events import Event
from tests.github.double.exchange import invalid
from tests.github.double.issues import Issue
from tests.github.double.labels import Label
from tests.github.double.milestones import Milestone
from tests.github.double.pulls import Pull
from tests.github.double.reviews import Review
from tests.github.double.runs import Run
from tests.github.double.statuses import Status
from tests.github.double.suites import Ruleset, Suite

if TYPE_CHECKING:
    from tests.github.double.world import World


@dataclass(slots=True, kw_only=True)
class Repository:
    """Mutable on purpose; tests fill it by its methods and read what requests did from its fields."""

    world: World
    id: int
    owner: Account
    name: str
    private: bool = False
    fork: bool = False
    archived: bool = False
    default_branch: str = "main"
    association: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    annotated: dict[str, str] = field(default_factory=dict)
    check_runs: list[CheckRun] = field(default_factory=list)
    all_statuses: list[Status] = field(default_factory=list)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    suites: list[Suite] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def head(self) -> str:
        """The commit at the tip of the default branch."""
        return self.branches[self.default_branch]

    @property
    def pushed(self) -> datetime:
        """When its newest commit came."""
        return max(each.at for each in self.commits.values())

    def url(self, api: str) -> str:
        return f"{api}/repos/{self.full_name}"

    def page(self, api: str) -> str:
        return f"{api.removesuffix('/api/v3')}/{self.full_name}"

    def associated(self, login: str) -> str:
        """What somebody is to this repository."""
        return "OWNER" if login == self.owner.login else self.association.get(login, "NONE")

    def comments(self, number: int) -> list[Comment]:
        """The comments of one issue or pull request, oldest first."""
        return self.issues[number].comments

    @property
    def all_comments(self) -> list[Comment]:
        """Every comment, oldest first."""
        return sorted((each for issue in self.issues.values() for each in issue.comments), key=lambda each: each.id)

    @property
    def events(self) -> list[Event]:
        """All that happened to every issue, oldest first."""
        return sorted((each for issue in self.issues.values() for each in issue.events), key=lambda each: each.id)

    def statuses(self, sha: str) -> list[Status]:
        """The statuses of one commit, newest first, as GitHub lists them."""
        return [status for status in reversed(self.all_statuses) if status.sha == sha]

    def commit(
        self,
        *,
        sha: str | None = None,
        parents: Sequence[str] | None = None,
        branch: str | None = None,
        message: str = "A change",
        login: str = "mona",
        files: Mapping[str, bytes | None] | None = None,
    ) -> str:
        """A commit on a branch, or on none: its files are the parent's, changed by `files` (None removes one)."""
        tip = self.branches.get(branch) if branch else None
        before = tuple(parents) if parents is not None else ((tip,) if tip else ())
        tree: dict[str, bytes] = dict(self.commits[before[0]].files) if before else {}
        for path, content in (files or {}).items():
            if content is None:
                tree.pop(path, None)
            else:
                tree[path] = content
        made = sha or made_sha(self.full_name, self.world.new_id())
        author = self.world.account(login)
        self.commits[made] = Commit(
            sha=made, parents=before, message=message, author=author, at=self.world.now, files=tree
        )
        if branch:
            self.branches[branch] = made
        return made

    def tag(self, name: str, sha: str | None = None, *, annotated: bool = False) -> str:
        """A tag of a commit, by default the head; annotated, it is an object of its own. The commit."""
        self.tags[name] = sha or self.head
        if annotated:
            self.annotated[name] = made_sha("tag", name, self.world.new_id())
        return self.tags[name]

    def issue(
        self,
        *,
        number: int | None = None,
        title: str = "An issue",
        body: str | None = None,
        login: str = "mona",
        labels: Sequence[str] = (),
    ) -> Issue:
        """An issue, opened now."""
        at = number or max(self.issues, default=0) + 1
        made = Issue(
            id=self.world.new_id(),
            number=at,
            title=title,
            body=body,
            author=self.world.account(login),
            created=self.world.now,
            updated=self.world.now,
        )
        self.issues[at] = made
        self.relabel(made, labels, made.author)
        return made

    def pull(
        self,
        *,
        number: int | None = None,
        head: str = "feature",
        sha: str | None = None,
        base: str | None = None,
        fork: bool = False,
        title: str = "A change",
        login: str = "mona",
        files: Mapping[str, bytes | None] | None = None,
        draft: bool = False,
        proposed: bool = False,
    ) -> Pull:
        """A pull request, opened now.

        With `fork` its head lies in a fork that belongs to its author; `proposed` takes the branch as it stands, where
        otherwise a commit is made on it.
        """
        target = base or self.default_branch
        tip = self.branches[target]
        made = self.branches[head] if proposed else self.commit(sha=sha, parents=[tip], login=login, files=files)
        source = self.world.fork_of(self, login) if fork else self
        source.commits[made] = self.commits[made]
        source.branches[head] = made
        issue = self.issue(number=number, title=title, login=login)
        opened = Pull(
            id=self.world.new_id(),
            number=issue.number,
            head=head,
            sha=made,
            source=source,
            base=target,
            base_sha=tip,
            draft=draft,
        )
        self.pulls[issue.number] = opened
        return opened

    def merge(self, number: int, *, login: str = "mona") -> str:
        """Merges a pull request: its files come to the branch it is for, in a commit with two parents."""
        pull, issue = self.pulls[number], self.issues[number]
        changed = self.commits[pull.sha].files
        parents = [self.branches[pull.base], pull.sha]
        self.commits.setdefault(pull.sha, pull.source.commits[pull.sha])
        pull.merge_commit = self.commit(parents=parents, files=changed, message=f"Merge #{number}", login=login)
        self.branches[pull.base] = pull.merge_commit
        self.turn(issue, self.world.account(login))
        return pull.merge_commit

    def review(self, number: int, state: str, *, login: str, sha: str | None = None, pending: bool = False) -> Review:
        """What somebody thinks of a pull request; pending, it is not handed in yet."""
        pull = self.pulls[number]
        made = Review(
            id=self.world.new_id(),
            author=self.world.account(login),
            state=state,
            sha=sha or pull.sha,
            at=None if pending else self.world.now,
        )
        pull.reviews.append(made)
        return made

    def ruleset(self, target: str, **checks: int | None) -> Ruleset:
        """What is required of branches or tags: checks, and the App that has to make each."""
        made = Ruleset(id=self.world.new_id(), name=f"{target} rules", target=target, checks=checks)
        self.rulesets.append(made)
        return made

    def suite(self, result: str, *, login: str, ref: str = "refs/heads/main") -> Suite:
        """A push held against the rules, now."""
        after = self.head
        made = Suite(
            id=self.world.new_id(),
            actor=self.world.account(login),
            ref=ref,
            after=after,
            at=self.world.now,
            result=result,
        )
        self.suites.append(made)
        return made

    def comment(self, number: int, body: str, *, login: str = "mona") -> Comment:
        """A comment under an issue or pull request."""
        now = self.world.now
        made = Comment(
            id=self.world.new_id(), number=number, body=body, author=self.world.account(login), created=now, updated=now
        )
        self.issues[number].comments.append(made)
        return made

    def react(self, comment: Comment, content: str, *, login: str = "mona") -> Reaction:
        """A reaction to a comment, now; it does not change its issue, as GitHub sees it."""
        author = self.world.account(login)
        made = Reaction(id=self.world.new_id(), content=content, author=author, at=self.world.now)
        comment.reactions.append(made)
        return made

    def label(self, name: str, *, color: str = "ededed", description: str | None = None) -> Label:
        """The label of this name, whatever its case; a new one the first time."""
        for known in self.labels.values():
            if known.name.lower() == name.lower():
                return known
        made = Label(id=self.world.new_id(), name=name, color=color, description=description)
        self.labels[name] = made
        return made

    def milestone(self, title: str, *, due: datetime | None = None) -> Milestone:
        """A milestone, open."""
        number, now = max(self.milestones, default=0) + 1, self.world.now
        made = Milestone(
            id=self.world.new_id(), number=number, title=title, creator=self.owner, created=now, updated=now, due=due
        )
        self.milestones[number] = made
        return made

    def happen(self, number: int, kind: str, actor: Account, **details: Any) -> Event:
        """Writes down what happened to an issue, now."""
        at = self.world.now
        made = Event(id=self.world.new_id(), number=number, kind=kind, actor=actor, at=at, details=details)
        self.issues[number].events.append(made)
        self.issues[number].updated = at
        return made

    def relabel(self, issue: Issue, names: Iterable[str], actor: Account) -> None:
        """Gives an issue these labels, each once; those that are new to the repository are made."""
        before, after = issue.labels, list(dict.fromkeys(self.label(name).name for name in names))
        issue.labels = after
        for kind, changed in (("labeled", [*after]), ("unlabeled", [*before])):
            other = before if kind == "labeled" else after
            for name in changed:
                if name not in other:
                    self.happen(issue.number, kind, actor, label=self.label(name))

    def turn(self, issue: Issue, actor: Account, reason: str | None = None) -> None:
        """Closes an open issue, opens a closed one."""
        closing = issue.state == "open"
        issue.state = "closed" if closing else "open"
        issue.state_reason = reason or ("completed" if closing else "reopened")
        issue.closed, issue.closed_by = (self.world.now, actor) if closing else (None, None)
        self.happen(issue.number, "closed" if closing else "reopened", actor, reason=issue.state_reason)

    def rename(self, issue: Issue, title: str, actor: Account) -> None:
        """Gives an issue another title."""
        self.happen(issue.number, "renamed", actor, before=issue.title, after=title)
        issue.title = title

    def assign(self, issue: Issue, logins: Sequence[str], actor: Account) -> None:
        """Has these, and nobody else, look after an issue."""
        before, issue.assignees = issue.assignees, list(logins)
        for login in dict.fromkeys([*before, *logins]):
            if (login in before) != (login in logins):
                kind = "assigned" if login in logins else "unassigned"
                self.happen(issue.number, kind, actor, assignee=self.world.account(login))

    def plan(self, issue: Issue, number: int | None, actor: Account) -> None:
        """Puts an issue into a milestone, or into none."""
        if number is not None and number not in self.milestones:
            raise invalid("Issue", "milestone", "milestone does not exist", "invalid")
        before, issue.milestone = issue.milestone, number
        for kind, at in (("demilestoned", before), ("milestoned", number)):
            if at is not None and before != number:
                self.happen(issue.number, kind, actor, milestone=self.milestones[at])

    def run(
        self,
        *,
        sha: str | None = None,
        branch: str | None = None,
        workflow: str = ".github/workflows/ci.yml",
        event: str = "push",
        status: str = "completed",
        conclusion: str | None = "success",
        source: Repository | None = None,
        environments: Sequence[str] = (),
    ) -> Run:
        """A run of a workflow, started and updated now; `environments` wait for a protection rule's word."""
        made = Run(
            id=self.world.new_id(),
            number=len(self.runs) + 1,
            sha=sha or self.branches[branch or self.default_branch],
            branch=branch or self.default_branch,
            workflow=workflow,
            workflow_id=int(sha256(workflow.encode()).hexdigest()[:6], 16),
            event=event,
            status=status,
            conclusion=conclusion,
            source=source or self,
            at=self.world.now,
            reviews=dict.fromkeys(environments),
        )
        self.runs.append(made)
        return made

    def artifact(self, run: Run, name: str, content: bytes, *, expired: bool = False) -> Artifact:
        """A zip that a run left behind."""
        made = Artifact(id=self.world.new_id(), name=name, content=content, run=run, at=self.world.now, expired=expired)
        self.artifacts.append(made)
        return made
