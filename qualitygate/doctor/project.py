"""What can be checked without the network: the policy, its evidence, the checkout, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from qualitygate import gathering, git, pipeline
from qualitygate.amounts import number
from qualitygate.config import Config, EvidenceEntry
from qualitygate.config.starting import startless
from qualitygate.doctor.checkup import Checkup, Health
from qualitygate.errors import CannotReadReport, CannotTellChanges, ConfigError, Problem
from qualitygate.expectations import CLOCK_SKEW
from qualitygate.model.evidence import ReadingRules
from qualitygate.surroundings import Surroundings, around

_MODELINE = "yaml-language-server: $schema="
_LINES = 20
_WRITE_SCHEMA = (
    "qualitygate policy schema >qualitygate.schema.json, "
    "and begin the policy with: # yaml-language-server: $schema=qualitygate.schema.json"
)
_NO_READER = "mend it, take it out of the glob, or say with read: what it is; qualitygate read FILE tells more"
_PAST = "documents"
"""The evidence that asks git when files changed."""


def loaded(path: str, base_dir: str | None) -> tuple[Config | None, list[Checkup]]:
    """The policy, ``None`` where it cannot be loaded, and how it stands."""
    try:
        config = pipeline.load_config(path, base_dir=base_dir)
    except ConfigError as error:
        return None, [_problem(each, Health.WRONG) for each in error.problems]
    policy = config.policy
    conditions = sum(len(gate.conditions) for gate in policy.gates)
    what = f"{policy.name} loads: {number('gates', len(policy.gates))}, {number('conditions', conditions)}"
    found = [Checkup(of="policy", state=Health.FINE, what=what)]
    found += [_problem(each, Health.ODD) for each in (*config.warnings, *startless(config))]
    return config, [*found, _modeline(path)]


def evidence(config: Config) -> Iterator[Checkup]:
    """Whether each entry finds files, and a reader knows each of them."""
    among = around(config.base_dir)
    for entry in config.evidence:
        yield from _entry(entry, among)


def checkout(config: Config, environ: Mapping[str, str]) -> Iterator[Checkup]:
    """Whether git can tell what the policy asks of it."""
    asked = list(_asked_of_git(config))
    top = git.root(config.base_dir or ".")
    if not top:
        told = f"; {', '.join(asked)} cannot be told" if asked else ""
        what = f"the policy is in no checkout of git{told}"
        yield Checkup(of="git", state=Health.ODD, what=what, help="work in a checkout")
    elif git.shallow(top):
        needs = f"; {', '.join(asked)} need the whole history" if asked else ""
        way_out = "fetch-depth: 0 with actions/checkout, git fetch --unshallow elsewhere"
        yield Checkup(
            of="git", state=Health.WRONG if asked else Health.ODD, what=f"the clone is shallow{needs}", help=way_out
        )
    else:
        yield Checkup(of="git", state=Health.FINE, what="the checkout has its whole history")
    if top and _of_changes(config):
        try:
            found = git.changes(config.base_dir or ".", git.default_base(environ))
            yield Checkup(of="git", state=Health.FINE, what=f"changes are those since {found.ref}")
        except CannotTellChanges as error:
            yield Checkup(of="git", state=Health.WRONG, what=f"nobody can tell what changed: {error}")


def clock(config: Config, now: datetime) -> Iterator[Checkup]:
    """Whether the clock agrees with the last commit, and by which time zone days are counted."""
    told = git.output(config.base_dir or ".", "log", "-1", "--format=%ct", "HEAD")
    last = git.moment(told.decode("ascii", "replace")) if told else None
    if last and last - now > timedelta(seconds=CLOCK_SKEW):
        what = f"it is {now:%Y-%m-%d %H:%M %Z}, and the last commit is from {last:%Y-%m-%d %H:%M %Z}"
        yield Checkup(of="clock", state=Health.WRONG, what=what, help="set the clock, or find out whose commit that is")
    local = now.astimezone(config.policy.zone)
    what = f"days are those of {config.policy.zone}, where it is {local:%Y-%m-%d %H:%M}"
    periods = any(condition.within for gate in config.policy.gates for condition in gate.conditions)
    if ("timezone",) not in config.places and (periods or config.support or config.policy.clauses):
        way_out = "write timezone: Asia/Shanghai, or whatever the contract goes by"
        yield Checkup(of="clock", state=Health.ODD, what=f"the policy names no time zone: {what}", help=way_out)
    else:
        yield Checkup(of="clock", state=Health.FINE, what=what)


def _problem(problem: Problem, state: Health) -> Checkup:
    place = ":".join(str(part) for part in (problem.file, problem.line) if part)
    what = f"{place}: {problem.message}" if place else problem.message
    return Checkup(of="policy", state=state, what=what, help=problem.help)


def _modeline(path: str) -> Checkup:
    with open(path, encoding="utf-8", errors="replace") as file:
        begins = [line for _, line in zip(range(_LINES), file, strict=False)]
    if any(_MODELINE in line for line in begins):
        return Checkup(of="policy", state=Health.FINE, what="editors are told its schema")
    return Checkup(of="policy", state=Health.ODD, what="editors are not told its schema", help=_WRITE_SCHEMA)


def _entry(entry: EvidenceEntry, among: Surroundings) -> Iterator[Checkup]:
    readers: dict[str, int] = {}
    sources = among.find(entry, ReadingRules(tree=among.tree))
    for each in sources:
        try:
            name = gathering.recognised(each).reader or ""
            readers[name] = readers.get(name, 0) + 1
        except CannotReadReport as error:
            what = f"{entry.name}: {each.name} {error}"
            way_out = "" if error.slug == "unreadable" else _NO_READER
            yield Checkup(of="evidence", state=Health.WRONG, what=what, help=way_out)
    if len(sources) < entry.min_files:
        patterns = ", ".join(entry.files)
        found = (
            f"no file matches {patterns}" if not sources else f"only {len(sources)} of {entry.min_files} files match"
        )
        way_out = "run what writes it, or correct the glob; until then the gate says NO DATA"
        yield Checkup(of="evidence", state=Health.ODD, what=f"{entry.name}: {found}", help=way_out)
    elif readers:
        told = ", ".join(f"{number('files', count)} by the reader {name}" for name, count in sorted(readers.items()))
        yield Checkup(of="evidence", state=Health.FINE, what=f"{entry.name}: {told}")


def _of_changes(config: Config) -> bool:
    return any(condition.metric.of_changes for gate in config.policy.gates for condition in gate.conditions)


def _asked_of_git(config: Config) -> Iterator[str]:
    """What of the policy git has to tell."""
    subjects = {each.metric.name.partition(".")[0] for gate in config.policy.gates for each in gate.conditions}
    if _of_changes(config):
        yield "changed lines"
    if _PAST in subjects:
        yield "when documents changed"
    if config.policy.waivers:
        yield "who approved waivers"
