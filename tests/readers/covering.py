"""How tests of coverage readers read: a sample or inline text, by one reader, as what it covers."""

from __future__ import annotations

from io import BytesIO

from qualitygate.extension import Reader
from qualitygate.model.coverage import KINDS, CoverageReport
from qualitygate.model.evidence import Source


def report_of(reader: Reader, content: str | bytes) -> CoverageReport:
    """The one report in a text or in bytes."""
    raw = content if isinstance(content, bytes) else content.encode()
    (report,) = reader.read(Source(name="report", open=lambda: BytesIO(raw)))
    assert isinstance(report, CoverageReport)
    return report


def shares(report: CoverageReport) -> dict[str, tuple[int, int]]:
    """Covered and total of each kind the report tells."""
    found = {kind: report.coverage.share(kind) for kind in KINDS}
    return {kind: share for kind, share in found.items() if share[1]}


def lines(report: CoverageReport) -> dict[str, dict[int, bool]]:
    """Of each file, each line and whether it ran."""
    return {
        path: {
            number: bool(file.covered >> number & 1)
            for number in range(file.lines.bit_length())
            if file.lines >> number & 1
        }
        for path, file in report.coverage.files.items()
    }
