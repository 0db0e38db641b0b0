"""What the document metrics are."""

from __future__ import annotations

from fractions import Fraction

from qualitygate.model.measurement import Better, Combine, Metric, Unit

COMPLETENESS = Metric(
    name="documents.completeness",
    noun="complete documents",
    formula="complete documents / required documents",
    source="ISO/IEC 25023, the shape X = A / B; GB/T 8567-2006 for what may be required",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
STUBS = Metric(
    name="documents.stubs",
    noun="stubs",
    formula="required documents that are too short or hold a placeholder",
    source="common practice",
)
UNREVIEWED = Metric(
    name="documents.unreviewed",
    noun="unreviewed documents",
    formula="required documents without a review that is in date and after the last finished stage",
    source="GOV.UK Tech Docs Template, last_reviewed_on and review_in",
)
CHANGED = Metric(
    name="documents.changed_after_review",
    noun="documents changed after review",
    formula="required documents whose content changed after the day of their review",
    source="common practice",
)
AT_START = Metric(
    name="documents.missing_at_start",
    noun="missing documents",
    formula="documents due at the start of the project that were not there at the end of that day",
    source="common practice",
)
API = Metric(
    name="documents.api_documented",
    noun="documented public objects",
    formula="public modules, classes and functions with a docstring / all of them",
    source="ISO/IEC 25023, the shape X = A / B; griffe for what is public",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
LINKS = Metric(
    name="documents.links",
    noun="valid internal links",
    formula="internal links that lead somewhere / internal links",
    source="common practice",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
FRESHNESS = Metric(
    name="documents.freshness",
    noun="fresh pages",
    formula="pages whose review is in date / pages that have a cadence",
    source="GOV.UK Tech Docs Template, last_reviewed_on and review_in",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
DRIFT = Metric(
    name="documents.drift",
    noun="drifted documents",
    formula="documents that did not change though a source that they cover did, and no commit says why",
    source="common practice",
    of_changes=True,
)
PARITY = Metric(
    name="documents.translation_parity",
    noun="matching translations",
    formula="translations whose tree of headings is that of the original / translations",
    source="common practice",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
)
CHANGELOG = Metric(
    name="documents.changelog",
    noun="change log problems",
    formula="departures from the form of a change log",
    source="Keep a Changelog 1.1.0; Semantic Versioning 2.0.0, 11",
)
METRICS = (
    COMPLETENESS, STUBS, UNREVIEWED, CHANGED, AT_START, API, LINKS, FRESHNESS, DRIFT, PARITY, CHANGELOG
)  # fmt: skip
