"""YAML to configuration: strict, with positions, every problem at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from datetime import UTC, tzinfo
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

from qualitygate.config.day import Days
from qualitygate.config.files import WORK_TREE, Files
from qualitygate.config.gates import Catalogue, Values, gates
from qualitygate.config.inheritance import Layer, layers
from qualitygate.config.locks import locks
from qualitygate.config.place import Place, place
from qualitygate.config.quantity import duration, quantity
from qualitygate.config.registers import DEFAULTS, Register, quarantine, waivers
from qualitygate.config.schema import check
from qualitygate.config.schemas import schema
from qualitygate.errors import ConfigError, Problem
from qualitygate.model.code import Code, is_glob
from qualitygate.model.evidence import ReadingRules
from qualitygate.model.measurement import Unit
from qualitygate.model.policy import WAIVER_DAYS, WAIVER_ROLES, Clause, Policy, same
from qualitygate.model.rewriting import Rewriting
from qualitygate.values import dataclass
from qualitygate.yamltext import Document, Path

if TYPE_CHECKING:
    from qualitygate.support.targets import Promise

SNAPSHOT = "snapshot"
"""The reader whose files bring labels of their own."""
NAMES = ("qualitygate.yml", "qualitygate.yaml", ".github/qualitygate.yml", ".github/qualitygate.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceEntry:
    """One entry of ``evidence:``: where its reports are, how to read them, and what must be there.

    ``paths`` is how the paths in its reports are rewritten. ``min_files`` and ``min_tests`` are the least that must be
    found; ``max_age`` is in seconds.
    """

    name: str
    files: tuple[str, ...]
    reader: str | None
    labels: Mapping[str, str]
    rules: ReadingRules
    paths: Rewriting = field(default=Rewriting())
    min_files: int = 1
    min_tests: int = 0
    max_age: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A loaded policy file: the policy, the evidence it declares, and what is odd but not wrong in it.

    ``base_dir`` is the folder its paths are relative to, ``code`` which files are code, ``support`` what is promised to
    customers, ``lang`` the language of its reports, empty where it does not say, ``register`` the path of its waivers.
    ``places`` tells where each part is written: ``("gates", NAME, ID)``, ``("evidence", NAME)``, ``("waivers", ID)``,
    and ``()`` for the file.
    """

    policy: Policy
    evidence: tuple[EvidenceEntry, ...]
    base_dir: str
    code: Code = field(default=Code())
    support: Promise | None = None
    warnings: tuple[Problem, ...] = field(default=())
    places: Mapping[Path, Place] = field(default_factory=dict)
    lang: str = ""
    register: str = DEFAULTS["waivers"]


def find_config(folder: str, files: Files = WORK_TREE) -> str:
    """The policy file of a folder. Raises :class:`~qualitygate.errors.ConfigError` where there is none."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if files.has(path):
            return path
    shown = f"{files.ref}:{os.path.abspath(folder)}" if files.ref else os.path.abspath(folder)
    raise ConfigError(
        [
            Problem(
                "no-config", f"there is no qualitygate.yml in {shown}", help="write one, or name it with --config FILE"
            )
        ]
    )


def load(
    path: str,
    *,
    catalogue: Catalogue,
    base_dir: str | None = None,
    files: Files = WORK_TREE,
    above: tuple[str, Files] | None = None,
) -> Config:
    """Load a policy file and all it extends, through the door ``files``, and ``above`` all that a file by another door.

    Paths in it are relative to ``base_dir``: by default the file's folder, or the folder above ``.github``. Raises
    :class:`~qualitygate.errors.ConfigError` with every problem found in any of the files.
    """
    base_dir = base_dir or folder_of(path)
    chain = layers(path, files, above)
    documents = [layer.document for layer in chain]
    problems = [problem for document in documents for problem in check(document, schema("policy"))]
    if problems:
        raise ConfigError(problems)
    warnings: list[Problem] = []
    places: dict[Path, Place] = {}
    settings = {key: value for document in documents for key, value in document.data.items()}
    zone = _zone(documents, problems)
    evidence = _evidence(documents, zone, catalogue, problems)
    code = _code(documents, problems)
    support = _support(documents, zone, problems, base_dir, files)
    days = Days(documents, problems)
    promised = _clauses(documents, days, problems, places)
    judged = gates(documents, catalogue, _labels(evidence), _values(support), days, problems, warnings, places)
    registers = {kind: Register(base_dir=base_dir, declared=settings.get(kind), files=files) for kind in DEFAULTS}
    policy = Policy(
        name=documents[-1].data.get("name", os.path.basename(path)),
        gates=judged,
        waivers=waivers(registers["waivers"], judged, problems, warnings, places),
        quarantine=quarantine(registers["quarantine"], problems, places),
        digest=_digest(chain),
        zone=zone,
        clauses=promised,
        waiver_days=_waiver_days(documents),
        waiver_role=_waiver_role(documents),
        waiver_approvers=_waiver_approvers(documents),
        contract_start=days.contract_start,
    )
    if problems:
        raise ConfigError(problems)
    warnings.extend(_unused(documents[-1], evidence, policy))
    warnings.extend(days.unused(documents))
    _locate(documents, places)
    if files.ref:
        lead = f"{files.ref}:"
        places = {path: replace(each, file=each.file.removeprefix(lead)) for path, each in places.items()}
    return Config(
        policy=policy,
        evidence=evidence,
        base_dir=base_dir,
        code=code,
        support=support,
        warnings=tuple(warnings),
        places=places,
        lang=settings.get("lang", ""),
        register=settings.get("waivers", DEFAULTS["waivers"]),
    )


def _values(support: Promise | None) -> Values:
    """What the labels of metrics can be, as far as the policy knows."""
    if support is None:
        return {}
    from qualitygate.config.support import values  # noqa: PLC0415 - few policies promise support

    return {"support": values(support)}


def folder_of(path: str) -> str:
    """The folder that the paths in a policy file are relative to: its own, or the one above ``.github``."""
    folder = os.path.dirname(os.path.abspath(path))
    return os.path.dirname(folder) if os.path.basename(folder) == ".github" else folder


def _locate(documents: Sequence[Document], places: dict[Path, Place]) -> None:
    """Where the file begins and each of its keys stands; what a nearer file has written counts."""
    places[()] = Place(file=documents[-1].file)
    for document in documents:
        for key in document.data:
            places[key,] = place(document, (key,), key=True)
        for name in document.data.get("evidence", {}):
            places["evidence", name] = place(document, ("evidence", name), key=True)


def _evidence(
    documents: Sequence[Document], zone: tzinfo, catalogue: Catalogue, problems: list[Problem]
) -> tuple[EvidenceEntry, ...]:
    written = {name: document for document in documents for name in document.data.get("evidence", {})}
    for name, document in written.items():
        reader = document.data["evidence"][name].get("read")
        if reader is not None and not catalogue.has_reader(reader):
            path = ("evidence", name, "read")
            way_out = "qualitygate read FILE tells which reader knows a file"
            problems.append(document.problem("unknown-reader", f"there is no reader {reader!r}", path, help=way_out))
    entries = tuple(_entry(name, document, zone, problems) for name, document in written.items())
    for entry in entries:
        other = next(other for other in entries if other.labels == entry.labels)
        if other.rules.retries != entry.rules.retries:
            message = (
                f"{entry.name} and {other.name} have the same labels, so their tests are the same, but other retries"
            )
            problems.append(written[entry.name].problem("retries", message, ("evidence", entry.name), key=True))
    return entries


def _entry(name: str, document: Document, zone: tzinfo, problems: list[Problem]) -> EvidenceEntry:
    data = document.data["evidence"][name]
    expect = data.get("expect", {})
    max_age, rate = None, Fraction(0)
    if "response_rate" in expect:
        try:
            rate = quantity(expect["response_rate"], Unit.RATIO)
            if not 0 <= rate <= 1:
                raise ValueError(f"{expect['response_rate']!r} is not between 0% and 100%")  # noqa: TRY301 - told alike
        except ValueError as error:
            path = ("evidence", name, "expect", "response_rate")
            problems.append(document.problem("quantity", f"response_rate: {error}", path))
    if "max_age" in expect:
        try:
            max_age = duration(expect["max_age"])
        except ValueError as error:
            problems.append(document.problem("quantity", f"max_age: {error}", ("evidence", name, "expect", "max_age")))
    return EvidenceEntry(
        name=name,
        files=_listed(data["files"]),
        reader=data.get("read"),
        labels={"suite": name, **{label: str(value) for label, value in data.get("labels", {}).items()}},
        rules=ReadingRules(
            retries=data.get("retries"),
            expected_failures=data.get("expected_failures") != "failed",
            zone=zone,
            columns=data.get("columns", {}),
            encoding=_encoding(document, ("evidence", name, "encoding"), data.get("encoding"), problems),
            responses=expect.get("responses", 0),
            response_rate=rate,
        ),
        paths=Rewriting(
            source=_listed(data.get("source", [])), strip=data.get("strip", ""), prefix=data.get("prefix", "")
        ),
        min_files=expect.get("files", 1),
        min_tests=expect.get("tests", 0),
        max_age=max_age,
    )


def _encoding(document: Document, path: Path, written: str | None, problems: list[Problem]) -> str | None:
    """The name of an encoding that Python knows for text."""
    try:
        if written is not None:
            b"a,1".decode(written)
    except (LookupError, ValueError):
        help = "write a name like gb18030 or cp1252"
        problems.append(document.problem("encoding", f"there is no encoding {written!r}", path, help=help))
    return written


def _listed(written: Any) -> tuple[str, ...]:
    """One text, or a list of them, as a list."""
    return (written,) if isinstance(written, str) else tuple(written)


def _code(documents: Sequence[Document], problems: list[Problem]) -> Code:
    """The nearest file's word on which files are code; one with locked conditions has the last word."""
    telling = [each for each in documents if "code" in each.data]
    if not telling:
        return Code()
    document = telling[-1]
    locking = next((each for each in telling if locks(each)), document)
    if document.data["code"] != locking.data["code"]:
        message = f"{locking.file} has locked conditions and says which files are code, so no other file may"
        problems.append(document.problem("locked", message, ("code",), key=True))
    written = {key: _listed(globs) for key, globs in document.data["code"].items()}
    for key, globs in written.items():
        for glob in globs:
            if glob.startswith("/") or "\\" in glob or not is_glob(glob):
                message = f"{glob!r} is no glob that a path from the policy's folder could match"
                problems.append(document.problem("pattern", message, ("code", key), help="write it like src/**/*.py"))
    return Code(**written)


def _support(
    documents: Sequence[Document], zone: tzinfo, problems: list[Problem], base_dir: str, files: Files
) -> Promise | None:
    if not any("support" in document.data for document in documents):
        return None
    from qualitygate.config.holidays import Folder  # noqa: PLC0415 - few policies promise support
    from qualitygate.config.support import promise  # noqa: PLC0415 - few policies promise support

    return promise(documents, zone, problems, Folder(base_dir=base_dir, files=files))


def _clauses(
    documents: Sequence[Document], days: Days, problems: list[Problem], places: dict[Path, Place]
) -> tuple[Clause, ...]:
    if not any("clauses" in document.data or _names_clauses(document) for document in documents):
        return ()
    from qualitygate.config.clauses import clauses  # noqa: PLC0415 - few policies are held against a contract

    return clauses(documents, days, problems, places)


def _names_clauses(document: Document) -> bool:
    return any("clause" in row for rows in document.data.get("gates", {}).values() for row in rows)


def _labels(evidence: Sequence[EvidenceEntry]) -> Mapping[str, AbstractSet[str]] | None:
    """The values of every label of the declared evidence; ``None`` where snapshots bring labels of their own."""
    if any(entry.reader == SNAPSHOT for entry in evidence):
        return None
    labels: dict[str, set[str]] = {}
    for entry in evidence:
        for label, value in entry.labels.items():
            labels.setdefault(label, set()).add(value)
    return labels


def _waiver_days(documents: Sequence[Document]) -> int:
    """The strictest word on it: a nearer file may only shorten."""
    return min((each.data["waiver_days"] for each in documents if "waiver_days" in each.data), default=WAIVER_DAYS)


def _waiver_role(documents: Sequence[Document]) -> str:
    """The same of who may ask for one: a nearer file may only name a higher role."""
    said = [each.data["waiver_role"] for each in documents if "waiver_role" in each.data]
    return max(said, key=WAIVER_ROLES.index, default=WAIVER_ROLES[0])


def _waiver_approvers(documents: Sequence[Document]) -> tuple[str, ...] | None:
    """Who is in every list there is: a nearer file may only leave out."""
    lists = [each.data["waiver_approvers"] for each in documents if "waiver_approvers" in each.data]
    allowed = [set(map(same, each)) for each in lists]
    return tuple(name for name in lists[-1] if all(same(name) in each for each in allowed)) if lists else None


def _zone(documents: Sequence[Document], problems: list[Problem]) -> tzinfo:
    name, document = next(
        ((document.data["timezone"], document) for document in reversed(documents) if "timezone" in document.data),
        ("UTC", None),
    )
    if document is None or name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most policies are in UTC

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        problems.append(
            document.problem(
                "timezone",
                f"there is no time zone {name!r}",
                ("timezone",),
                help="write an IANA name, like Asia/Shanghai",
            )
        )
        return UTC


def _digest(chain: Sequence[Layer]) -> str:
    digest = _sha256()
    for layer in chain:
        digest.update(layer.raw)
    return str(digest.hexdigest())


def _sha256() -> Any:
    """SHA-256 without the loading of OpenSSL, which costs half of an empty Python; ``random`` does the same."""
    try:
        return import_module("_sha2" if sys.version_info >= (3, 12) else "_sha256").sha256()
    except ImportError:  # pragma: no cover - a Python built without it
        return import_module("hashlib").sha256()


def _unused(document: Document, evidence: Sequence[EvidenceEntry], policy: Policy) -> list[Problem]:
    """Evidence that no condition picks guards nothing, which is worth a word."""
    wheres = {tuple(condition.where.items()) for gate in policy.gates for condition in gate.conditions}
    return [
        document.problem(
            "unused-evidence", f"no condition uses the evidence {entry.name!r}", ("evidence", entry.name), key=True
        )
        for entry in evidence
        if entry.reader != SNAPSHOT
        and not any(all(entry.labels.get(label, value) == value for label, value in where) for where in wheres)
    ]
