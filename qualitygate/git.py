"""What git and the CI environment can tell about what is judged: the commit, and what changed since another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, TypeVar

from qualitygate.errors import CannotTellChanges
from qualitygate.model.changes import Changes
from qualitygate.nearest import near

if TYPE_CHECKING:
    from subprocess import CompletedProcess

REMOTE_DEFAULT = "origin/HEAD"
"""The default branch of the remote, as git keeps it in a clone."""

_VARIABLES = {
    "name": ("GITHUB_REPOSITORY", "CI_PROJECT_PATH"),
    "ref": ("GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"),
    "commit": ("GITHUB_SHA", "CI_COMMIT_SHA"),
}
_TARGETS = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "CHANGE_TARGET",
)
_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)
_FETCH = "fetch the whole history: fetch-depth: 0 with actions/checkout, git fetch --unshallow elsewhere"
_SHOWN = 5
_SAID = 4096
_BLOCK = 1024**2
# git takes the context from GIT_DIFF_OPTS before -U0; the lines are told apart whatever it is
_TRUE = ("--no-replace-objects", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
"""Objects as they were committed, whatever somebody put in their place; no monitor and no hook of a checkout runs."""
_SETTINGS = ("-c", "core.quotePath=true", "-c", "core.safecrlf=false", "-c", "diff.suppressBlankEmpty=false")
_DIFF = (
    *("--raw", "--patch", "--unified=0", "--inter-hunk-context=0", "--text", "--no-color", "--no-relative"),
    *("--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--ignore-cr-at-eol"),
    *("--src-prefix=a/", "--dst-prefix=b/", "--find-renames=50%", "-l1000", f"-O{os.devnull}"),
    *("--diff-algorithm=myers", "--indent-heuristic", "--output-indicator-new=+", "--output-indicator-old=-"),
)
_T = TypeVar("_T")


def subject(folder: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What is judged: repository, branch or tag, and commit, as the CI says, the commit else as git says."""
    found = {
        key: value
        for key, names in _VARIABLES.items()
        if (value := next((environ[name] for name in names if environ.get(name)), ""))
    }
    commit = found.get("commit") or head(folder)
    return {**found, "commit": commit} if commit else found


def browsed(folder: str, environ: Mapping[str, str]) -> str:
    """The address below which the files of a folder can be read at the commit that a CI works on.

    It ends with a slash, and is empty where nothing says it: outside GitHub Actions and GitLab, and outside a checkout.
    """
    start = on_github(environ, environ.get("GITHUB_REPOSITORY", ""), environ.get("GITHUB_SHA", ""))
    project, commit = environ.get("CI_PROJECT_URL"), environ.get("CI_COMMIT_SHA")
    start = start or (f"{project}/-/blob/{commit}/" if project and commit else "")
    try:
        top = start and root(folder)
    except CannotTellChanges:
        return ""
    if not top:
        return ""
    from urllib.parse import quote  # noqa: PLC0415 - only in a CI

    below = placed(folder, top)
    return f"{start}{quote(below)}/" if below else start


def on_github(environ: Mapping[str, str], repository: str, commit: str) -> str:
    """The address below which the files of a commit can be read on the GitHub that runs this; empty elsewhere."""
    server = environ.get("GITHUB_SERVER_URL")
    return f"{server}/{repository}/blob/{commit}/" if server and repository and commit else ""


def files(folder: str) -> tuple[str, frozenset[str]] | None:
    """The root of the checkout around a folder and the paths of its files from there; ``None`` outside a checkout."""
    try:
        top = root(folder)
        return (top, _tracked(top)) if top else None
    except CannotTellChanges:
        return None


def present(folder: str) -> tuple[str, frozenset[str]] | None:
    """Like :func:`files`, with those that are not tracked and not ignored either, and without those that are gone."""
    try:
        root = _text(folder, "rev-parse", "--show-toplevel")
        if not root:
            return None
        return root, _listed(root, "--cached", "--others", "--exclude-standard") - _listed(root, "--deleted")
    except CannotTellChanges:
        return None


def output(folder: str, *arguments: str, given: bytes | None = None) -> bytes | None:
    """What git says to a command that only reads; ``None`` where it says no, or is not there.

    ``given`` is what the command reads.
    """
    try:
        run = _run(folder, "--no-optional-locks", "-c", "core.quotePath=false", *arguments, given=given)
    except CannotTellChanges:
        return None
    return run.stdout if run.returncode == 0 else None


def placed(folder: str, root: str) -> str:
    """Where a folder is from the root of its checkout, with forward slashes; empty for the root itself."""
    below = os.path.relpath(os.path.realpath(folder), os.path.realpath(root)).replace(os.sep, "/")
    return "" if below == "." else below


def default_base(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What the CI says a change is to be merged into, in the order in which to try; nothing outside a pull request.

    GitHub, GitLab, Azure Pipelines, Bitbucket and Jenkins each have a variable of their own. GitLab fetches no other
    branch by default, but tells the commit.
    """
    branches = (environ.get(name, "").removeprefix("refs/heads/") for name in _TARGETS)
    commits = (environ.get(name, "") for name in _COMMITS)
    return (*(f"origin/{branch}" for branch in branches if branch), *filter(None, commits))


def changes(folder: str, refs: Sequence[str] = ()) -> Changes:
    """What is new or different in the checkout around a folder since it left a branch.

    ``refs`` are branches, tags or commits, of which the first that git knows counts; without any it is the default
    branch of the remote. Compared is the last commit that both have in common with the files as they lie there,
    committed or not; files that git does not track are not in it. The user's configuration of git changes nothing.
    Raises :class:`~qualitygate.errors.CannotTellChanges`.
    """
    top = root(folder)
    if not top:
        raise CannotTellChanges(f"{os.path.abspath(folder)} is in no checkout of git{_said(folder)}")
    ref, other = _resolved(folder, refs)
    base = _merge_base(folder, ref, other)
    lines = _diff(top, base)
    below = placed(folder, top)
    return Changes(
        ref=ref,
        base=base,
        base_at=_committed(folder, base),
        lines=dict(sorted(lines.items())),
        tracked=_tracked(top),
        roots=tuple(dict.fromkeys([top, os.path.realpath(top), *_named_root(folder, below)])),
        folder=below,
        touched=frozenset(lines) | _gone(top, base),
        excuses=_excuses(top, base),
    )


def head(folder: str) -> str | None:
    """The commit that is checked out around a folder, ``None`` outside a checkout or before the first commit."""
    if not _in_checkout(os.path.abspath(folder)):
        return None
    try:
        return _text(folder, "rev-parse", "--verify", "--quiet", "HEAD") or None
    except CannotTellChanges:
        return None


def _resolved(folder: str, refs: Sequence[str]) -> tuple[str, str]:
    """The first of the refs that is a commit here, by the name that says most, and that commit."""
    for ref in refs or (REMOTE_DEFAULT,):
        found = commit(folder, ref)
        if found:
            return (_text(folder, "rev-parse", "--abbrev-ref", ref) if ref == REMOTE_DEFAULT else ref), found
    if not refs:
        raise CannotTellChanges("nothing says what to compare with: name the branch that this one left, --base REF")
    raise CannotTellChanges(f"git knows no {' and no '.join(refs)} here ({meant(folder, refs[0])}); {_FETCH}")


def meant(folder: str, ref: str) -> str:
    """The branch or tag that was probably meant, else some that there are."""
    names = known(folder)
    close = near(ref, names, 1)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names[:_SHOWN]) or 'none'}"


def commit(folder: str, ref: str) -> str:
    """The commit of a ref, empty where there is none. What looks like an option or a range is no ref."""
    if not ref or ref.startswith("-") or not ref.isprintable():
        return ""
    found = _text(folder, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    return found if found.isalnum() else ""


def known(folder: str) -> list[str]:
    """The names of all branches and tags."""
    told = _text(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    return told.splitlines()


def shallow(folder: str) -> bool:
    """Whether commits are missing because only the newest were fetched."""
    return _text(folder, "rev-parse", "--is-shallow-repository") == "true"


def boundary(folder: str) -> frozenset[str]:
    """The oldest commits of a shallow clone, whose parents were not fetched."""
    if not shallow(folder):
        return frozenset()
    with open(os.path.join(folder, _text(folder, "rev-parse", "--git-path", "shallow")), encoding="ascii") as file:
        return frozenset(file.read().split())


def moment(stamp: str) -> datetime:
    """The time of a commit as git counts it; the beginning of that count for one that no calendar has."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def blobs(folder: str, path: str, commits: Iterable[str]) -> dict[str, str]:
    """The names of what was at a path at each of some commits, as far as there was a file."""
    asked = tuple(commits)
    given = "".join(f"{commit}:{path}\n" for commit in asked).encode("utf-8", "surrogateescape")
    told = output(folder, "cat-file", "--batch-check=%(objecttype) %(objectname)", given=given) or b""
    found = (line.split() for line in told.decode("utf-8", "replace").splitlines())
    return {commit: words[1] for commit, words in zip(asked, found, strict=False) if words[0] == "blob"}


def fetch(folder: str, commit: str) -> None:
    """Fetch one commit from ``origin`` where the checkout does not have it, as CI makes shallow ones.

    A commit that cannot be fetched is no error yet: whoever looks for it says what is missing.
    """
    if _text(folder, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}") != commit:
        _run(folder, "-c", "core.askPass=true", "fetch", "--quiet", "--no-tags", "--depth=1", "origin", "--", commit)


def heads(folder: str) -> frozenset[str]:
    """The commit that is checked out and those it was made of; empty outside a checkout.

    A shallow clone has not the parents themselves, but the commit names them.
    """
    told = _run(folder, "cat-file", "commit", "HEAD")
    if told.returncode:
        return frozenset()
    parents = (
        line.split()[1]
        for line in told.stdout.decode("utf-8", "replace").split("\n\n")[0].splitlines()
        if line.startswith("parent ")
    )
    return frozenset([_text(folder, "rev-parse", "HEAD"), *parents])


def root(folder: str) -> str:
    """The root of the checkout around a folder, empty outside a checkout."""
    return _text(folder, "rev-parse", "--show-toplevel")


def entry(top: str, of: str, path: str) -> tuple[str, str] | None:
    """The mode and the name of the object at a path of a commit, as git writes them; ``None`` where there is none."""
    told = _run(top, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", of, "--", path).stdout
    for record in told.split(b"\0"):
        about, _, name = record.partition(b"\t")
        if name == os.fsencode(path):
            mode, _, found = about.decode("ascii").split()
            return mode, found
    return None


def content(top: str, blob: str, most: int) -> bytes:
    """The first so many bytes of a file that git keeps. Raises :class:`~qualitygate.errors.CannotTellChanges`."""

    def take(stream: IO[bytes]) -> bytes:
        taken = stream.read(most)
        while stream.read(_BLOCK):  # git takes an early end for a failure
            pass
        return taken

    return _read(top, take, "cat-file", "blob", blob)


def _merge_base(folder: str, ref: str, commit: str) -> str:
    found = _text(folder, "merge-base", commit, "HEAD")
    if found:
        return found
    if shallow(folder):
        raise CannotTellChanges(f"the clone is too shallow to have the commit where this branch left {ref}; {_FETCH}")
    raise CannotTellChanges(f"what is checked out and {ref} have no commit in common")


def _committed(folder: str, commit: str) -> datetime:
    raw = _run(folder, "cat-file", "commit", commit).stdout.decode("utf-8", "replace")
    told = next(line for line in raw.splitlines() if line.startswith("committer "))
    return datetime.fromtimestamp(int(told.split()[-2]), UTC)


def _diff(root: str, base: str) -> dict[str, int]:
    from qualitygate.diff import changed_lines  # noqa: PLC0415 - only where changes are asked for

    return _read(root, changed_lines, "diff", *_DIFF, base, "--")


def _gone(root: str, base: str) -> frozenset[str]:
    told = output(root, "diff", "--name-only", "--no-renames", "--diff-filter=D", "-z", base, "--") or b""
    return frozenset(path.decode("utf-8", "replace") for path in told.split(b"\0") if path)


def _excuses(root: str, base: str) -> tuple[str, ...]:
    """The reasons that commits of the branch give for not changing a document."""
    told = output(root, "log", "--format=%(trailers:key=Docs-not-needed,valueonly,unfold)", f"{base}..HEAD") or b""
    return tuple(dict.fromkeys(filter(None, map(str.strip, told.decode("utf-8", "replace").splitlines()))))


def _named_root(folder: str, below: str) -> Iterator[str]:
    """The root as the user names it, where links lead to it."""
    named = os.path.abspath(folder).replace(os.sep, "/")
    if not below:
        yield named
    elif named.endswith("/" + below):
        yield named.removesuffix("/" + below)


def _tracked(root: str) -> frozenset[str]:
    return _listed(root, "--cached")


def _listed(root: str, *which: str) -> frozenset[str]:
    told = _run(root, "ls-files", "-z", *which).stdout
    return frozenset(path.decode("utf-8", "replace") for path in told.split(b"\0") if path)


def _in_checkout(folder: str) -> bool:
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return True


def _text(folder: str, *arguments: str) -> str:
    """What git says in a line or several; empty where it says no."""
    run = _run(folder, *arguments)
    return run.stdout.decode("utf-8", "replace").strip() if run.returncode == 0 else ""


def _said(folder: str) -> str:
    """What git has to say about a folder that it does not take for a checkout, such as that it is somebody else's."""
    said = _run(folder, "rev-parse", "--show-toplevel").stderr.decode("utf-8", "replace").strip()
    return f": {said.splitlines()[0]}" if said else ""


def _run(folder: str, *arguments: str, given: bytes | None = None) -> CompletedProcess[bytes]:
    import subprocess  # noqa: PLC0415 - costs a whole empty Python start

    try:
        return subprocess.run(  # noqa: S603
            ["git", *_TRUE, *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            input=given,
            check=False,
        )
    except OSError as error:
        raise CannotTellChanges(f"git cannot be run: {error.strerror or error}") from error


def _read(folder: str, take: Callable[[IO[bytes]], _T], *arguments: str) -> _T:
    """What a function makes of git's output, which is never held whole."""
    import subprocess  # noqa: PLC0415
    from tempfile import TemporaryFile  # noqa: PLC0415

    command = ["git", *_TRUE, "--no-optional-locks", *_SETTINGS, *arguments]
    with (
        TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603
            command, cwd=folder, stdout=subprocess.PIPE, stderr=said
        ) as process,
    ):
        assert process.stdout is not None
        try:
            taken = take(process.stdout)
        finally:
            process.stdout.close()
            status = process.wait()
        if status:
            said.seek(0)
            words = said.read(_SAID).decode("utf-8", "replace").strip()
            raise CannotTellChanges(f"git could not compare: {words or f'it ended with {status}'}")
        return taken
