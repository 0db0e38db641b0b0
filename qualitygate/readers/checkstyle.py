"""Checkstyle XML (``<checkstyle>``), as Checkstyle, ESLint, PHP_CodeSniffer, ktlint and golangci-lint write it.

Defined at https://github.com/checkstyle/checkstyle/blob/master/config/checkstyle-report-1.0.0.xsd; the severities at
https://checkstyle.org/property_types.html#SeverityLevel.
"""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.extension import Reader
from qualitygate.jsontext import first_line, text
from qualitygate.markup import Ancestors, Element, elements
from qualitygate.model.evidence import Evidence, Gap, Source
from qualitygate.model.findings import IssueSeverity
from qualitygate.model.issues import Issues
from qualitygate.recognition import root_element

SEVERITIES = {
    "error": IssueSeverity.HIGH,
    "warning": IssueSeverity.MEDIUM,
    "info": IssueSeverity.LOW,
    "ignore": IssueSeverity.INFO,
}
DEFAULT = "error"
"""Checkstyle's own severity where none is configured."""
UNKNOWN = IssueSeverity.MEDIUM
"""The severity of a word that is not Checkstyle's."""
TOOL = "checkstyle"
"""The format has no place for the name of the tool."""


def recognises(head: bytes) -> bool:
    """Whether the root is ``<checkstyle>``."""
    root = root_element(head)
    return root is not None and root[0] == "checkstyle"


def read(source: Source) -> Iterator[Evidence]:
    """Read one report, with a gap where Checkstyle says that it broke over a file.

    Raises :class:`~qualitygate.errors.CannotReadReport`.
    """
    issues, gaps = Issues(source), list[Gap]()
    issues.ran(TOOL)
    for element, standing in elements(source, {"error", "exception"}, roots={"checkstyle"}):
        if element.tag == "error":
            _add(issues, element, standing)
        elif not gaps:
            gaps.append(_broke(element, standing, source))
    yield issues.report()
    yield from gaps


READER = Reader(kind="findings", recognises=recognises, read=read)


def _add(issues: Issues, element: Element, standing: Ancestors) -> None:
    told = element.attributes
    issues.add(
        tool=TOOL,
        rule=text(told.get("source")),
        severity=SEVERITIES.get((told.get("severity") or DEFAULT).strip().lower(), UNKNOWN),
        message=text(told.get("message")),
        path=_path(standing),
        line=element.number("line") or None,
    )


def _path(standing: Ancestors) -> str:
    return text(next((outer.attributes.get("name") for outer in standing if outer.tag == "file"), ""))


def _broke(element: Element, standing: Ancestors, source: Source) -> Gap:
    where, why = _path(standing), first_line(text(element.text))
    return Gap(
        slug="incomplete",
        source=source.name,
        expected="every file checked",
        found="the tool broke" + (f" over {where}" if where else "") + (f": {why}" if why else ""),
        labels=source.labels,
        kind="findings",
    )
