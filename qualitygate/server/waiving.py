"""Waivers by command: one person asks for one in a comment, which opens a pull request; another agrees to it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotUseGitHub, ConfigError
from qualitygate.escaping import markdown
from qualitygate.github import comments, proposals, publish
from qualitygate.github.comments import Comment
from qualitygate.github.posts import Sticky
from qualitygate.language import chosen, say, speaking
from qualitygate.model.policy import Waiver
from qualitygate.server import log
from qualitygate.server.installation import Installation
from qualitygate.server.waiverregister import WaiverRegister, kept
from qualitygate.strict import exactly
from qualitygate.waivers import register
from qualitygate.waivers.command import (
    APPROVE,
    WAIVE,
    Approval,
    Misunderstood,
    Wish,
    is_command,
    name,
    named,
    understood,
    waiver,
)

BRANCH = "qualitygate/waive-"
"""What the branches begin with that waivers are proposed on; the id of the waiver follows."""
_HOLDS = {"write": "push", "maintain": "maintain", "admin": "admin"}
"""GitHub's words for what a role may do, which it gives for roles of an organisation's own too."""


def obey(app: Installation, payload: Mapping[str, Any]) -> None:
    """Do what a comment asks for, and reply to it, once. ``payload`` has the repository in GitHub's words.

    Who may not ask gets a reaction, and a word where no strangers are; bots not even that. Done again, it finds what
    was done. Raises :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    repository = payload["repository"]
    said, full_name = payload["comment"], exactly(repository["full_name"], str)
    if comments.by_machine(said) or payload["sender"]["type"] == "Bot":
        return
    at = kept(app.client, full_name, exactly(repository["default_branch"], str))
    if at is None:
        log.tell("a command is ignored: there is no policy to obey it by", repository=full_name)
        return
    told = _confirmed(at, comments.of(said, exactly(payload["issue"]["number"], int)))
    if told is None:
        log.warn("a command is refused: GitHub has no such comment", repository=full_name, comment=said["id"])
        return
    held = _held(at, told.login)
    if not _suffices(at, held):
        app.client.ask("POST", f"/repos/{full_name}/issues/comments/{told.id}/reactions", body={"content": "confused"})
        log.tell("a command is refused", repository=full_name, comment=told.id, role=at.config.policy.waiver_role)
        if held.get("triage") or repository["private"]:
            _answer(at, told, lambda: _refusal(at))
        return
    _answer(at, told, lambda: _reply(at, told, payload["issue"], app.clock()))
    log.tell("a command is answered", repository=full_name, comment=told.id)


def _answer(at: WaiverRegister, told: Comment, reply: Callable[[], str]) -> None:
    """Write what there is to say under the comment, once, in the language of the policy."""
    with speaking(chosen(None, {}, at.config.lang)):
        marker = f"<!-- qualitygate:command-{told.id} -->\n"
        text = f"{marker}{reply()}\n"
        publish.comment(at.client, at.repository, told.number, Sticky(marker=marker, body=lambda _before: text))


def _refusal(at: WaiverRegister) -> str:
    return say(
        "To ask for a waiver or to agree to one takes the role `{role}` on this repository, by `waiver_role` of the policy. Let somebody who has it write the command.",  # noqa: E501 - one sentence for the catalogues
        role=at.config.policy.waiver_role,
    )


def _reply(at: WaiverRegister, told: Comment, issue: Mapping[str, Any], now: datetime) -> str:
    """What is done, or why nothing is."""
    if told.edited:
        return say("The comment was edited since; write it anew.")
    try:
        command = understood(told.body)
        if isinstance(command, Wish):
            return _ask(at, told, command)
        return _agree(at, told, command if command.comment else _of_pull(at, issue), now)
    except Misunderstood as why:
        return str(why)
    except register.CannotAdd as why:
        return say(
            "The waiver cannot be added to {path}: {why}. Mend that first, then write the command anew.",
            path=markdown(at.path),
            why=markdown(str(why)),
        )
    except ConfigError as error:
        problems = "; ".join(" – ".join(filter(None, [each.message, each.help])) for each in error.problems)
        return say("The register would be refused: {why}", why=markdown(problems, 1_000))
    except CannotUseGitHub as error:
        if error.slug != "permission":
            raise
        return say(
            "The App may not do that here; whoever administers it can give it the permission: {why}",
            why=markdown(str(error), 500),
        )


def _ask(at: WaiverRegister, told: Comment, wish: Wish) -> str:
    """Propose the waiver, which stands there as a comment until somebody agrees."""
    asked = _asked(at, told, wish)
    branch = f"{BRANCH}{asked.id}"
    pull = proposals.of_branch(at.client, at.repository, branch)
    if pull is None:
        text = at.text(at.tip)
        at.prove(register.added(text, register.record(replace(asked, approved_by="somebody else"))))
        proposals.branch(at.client, at.repository, branch, at.tip)
        if asked.id not in at.text(f"refs/heads/{branch}"):
            at.commit(branch, register.added(text, register.pending(asked)), told, f"Ask for waiver {asked.id}")
        title = f"Waive {asked.metric} in {asked.gate} until {asked.expires}"
        pull = proposals.propose(at.client, at.repository, branch, at.branch, title, _body(asked, told))
    proposed = say(
        "The waiver {id} is proposed in #{number}. It excuses nothing until somebody else writes `{approve}` there and it is merged.",  # noqa: E501 - one sentence for the catalogues
        id=asked.id,
        number=pull["number"],
        approve=APPROVE,
    )
    return f"{proposed} {_reach(asked)}"


def _agree(at: WaiverRegister, told: Comment, approval: Approval, now: datetime) -> str:
    """Write the waiver where it stood as a comment. What is agreed to is what was asked for then, word for word."""
    id = name(approval.number, approval.comment)
    branch = f"{BRANCH}{id}"
    pull = proposals.of_branch(at.client, at.repository, branch)
    if pull is None:
        raise _unasked(id)
    if pull["state"] != "open":
        raise Misunderstood(say("#{number} is closed; ask for a new one.", number=pull["number"]))
    first, wish = _first(at, approval)
    if first.login.casefold() == told.login.casefold():
        raise Misunderstood(say("You asked for it yourself; somebody else must agree."))
    if not at.config.policy.may_approve(told.login):
        may = ", ".join(at.config.policy.waiver_approvers or ())
        raise Misunderstood(say("By the policy only these may agree to a waiver: {names}.", names=markdown(may)))
    asked = _asked(at, first, wish)
    zone = at.config.policy.zone
    if wish.until < now.astimezone(zone).date():
        raise Misunderstood(say("{until} is over; ask for a new one.", until=wish.until))
    whole = replace(asked, approved_by=told.login, created=told.at.astimezone(zone).date())
    text = at.text(f"refs/heads/{branch}")
    known = register.has(text, whole)
    if known is False:
        raise Misunderstood(say("The branch has another record {id} already; look at it before you merge.", id=id))
    if known is None:
        written = register.agreed(text, asked, whole)
        at.prove(written, whole)
        trailer = f"Approved-by: {told.login} <{told.address}>"
        at.commit(branch, written, first, f"Waiver {id}\n\nApproved in {told.url}\n\n{trailer}")
    return say("The waiver {id} is complete; it counts once #{number} is merged.", id=id, number=pull["number"])


def _first(at: WaiverRegister, approval: Approval) -> tuple[Comment, Wish]:
    """The comment that asked for it, as it was written: nobody agrees to what was changed since."""
    first = comments.known(at.client, at.repository, approval.comment)
    if first is not None and first.edited:
        raise Misunderstood(say("The comment that asked for it was edited since; ask for a new one."))
    if first is None or first.number != approval.number or not _may(at, first.login) or not is_command(first.body):
        raise _unasked(name(approval.number, approval.comment))
    wish = understood(first.body)
    if not isinstance(wish, Wish):
        raise _unasked(name(approval.number, approval.comment))
    return first, wish


def _unasked(id: str) -> Misunderstood:
    return Misunderstood(say("Nobody has asked for a waiver {id}; `{waive}` asks for one.", id=id, waive=WAIVE))


def _confirmed(at: WaiverRegister, told: Comment) -> Comment | None:
    """The comment as GitHub has it; ``None`` where it has none, or another than the webhook told of.

    Whoever has the webhook secret can tell of anything, and may be one of the two that a waiver needs. Edited later, by
    whoever may edit what others wrote, it is not what its author said.
    """
    found = comments.known(at.client, at.repository, told.id)
    if found is None or (found.number, found.user) != (told.number, told.user):
        return None
    return found if found.edited or found.body == told.body else None


def _asked(at: WaiverRegister, told: Comment, wish: Wish) -> Waiver:
    agreed = at.config.policy
    id, day = name(told.number, told.id), told.at.astimezone(agreed.zone).date()
    return waiver(wish, agreed, id=id, requested_by=told.login, approved_by="", created=day)


def _of_pull(at: WaiverRegister, issue: Mapping[str, Any]) -> Approval:
    """The waiver that a pull request proposes: it is told by its branch."""
    head = ""
    if "pull_request" in issue:
        pull = at.client.ask("GET", f"/repos/{at.repository}/pulls/{exactly(issue['number'], int)}")
        head = str(pull["head"]["ref"])
    approval = named(head.removeprefix(BRANCH)) if head.startswith(BRANCH) else None
    if approval is None:
        usage = f"{APPROVE} {name(12, 3456)}"
        raise Misunderstood(say("This is no pull request of a waiver; write it there, or like `{usage}`.", usage=usage))
    return approval


def _body(asked: Waiver, told: Comment) -> str:
    """The text of the pull request."""
    rows = {
        say("Condition"): f"{asked.gate}/{asked.metric}" + "".join(f" [{k}={v}]" for k, v in asked.where.items()),
        say("Until"): str(asked.expires),
        say("Asked for by"): asked.requested_by,
        say("Reason"): asked.reason,
    }
    table = "".join(f"| {key} | {markdown(value)} |\n" for key, value in rows.items())
    how = say(
        "So far the waiver stands in the register as a comment, and excuses nothing. Somebody else than who asked writes `{approve}` here to agree; then merge it.",  # noqa: E501 - one sentence for the catalogues
        approve=APPROVE,
    )
    return f"| | |\n|---|---|\n{table}\n{_reach(asked)}\n\n{how}\n\n{told.url}\n"


def _reach(asked: Waiver) -> str:
    """How much a waiver excuses, which nobody should learn afterwards."""
    return say(
        "Once merged, it excuses this condition, whatever its number, wherever it is judged, in every pull request too, until {until}.",  # noqa: E501 - one sentence for the catalogues
        until=asked.expires,
    )


def _held(at: WaiverRegister, login: str) -> Mapping[str, Any]:
    """What somebody may do on the repository, by GitHub's words for it; nothing where they are nobody there."""
    try:
        told = at.client.ask("GET", f"/repos/{at.repository}/collaborators/{login}/permission")
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return {}
        raise
    held = (told.get("user") or {}).get("permissions") or {}
    return dict.fromkeys(_HOLDS.values(), True) if told["permission"] == "admin" else held


def _suffices(at: WaiverRegister, held: Mapping[str, Any]) -> bool:
    """Whether that is the role that the policy asks for."""
    return bool(held.get(_HOLDS[at.config.policy.waiver_role]))


def _may(at: WaiverRegister, login: str) -> bool:
    """Whether somebody has the role that the policy asks for."""
    return _suffices(at, _held(at, login))
