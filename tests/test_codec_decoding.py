"""A verdict read back is told as before, and one that was tampered with is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import registry
from qualitygate.codec import dumps, encode
from qualitygate.codec.decoding import decode, loads
from qualitygate.errors import CannotReadReport
from qualitygate.extension import Style
from tests.reporters import samples
from tests.test_codec import judged

VERDICTS = {
    make.__name__: make()
    for make in (
        samples.every_outcome,
        samples.all_passed,
        samples.on_nothing,
        samples.hostile,
        samples.changed_code,
        samples.known_findings,
        samples.required_documents,
    )
}
STYLES = (Style(), Style(verbose=True))


@pytest.mark.parametrize("name", VERDICTS)
@pytest.mark.parametrize("reporter", registry.names(registry.REPORTERS))
def test_every_reporter_tells_a_verdict_that_was_read_back_as_before(name, reporter):
    again = loads(dumps(VERDICTS[name]))
    for style in STYLES:
        assert registry.render(reporter, VERDICTS[name], style) == registry.render(reporter, again, style)


@pytest.mark.parametrize("verdict", [judged(), samples.required_documents()], ids=["judged", "documents"])
def test_a_verdict_is_the_same_bytes_after_it_was_read_back(verdict):
    assert dumps(verdict) == dumps(loads(dumps(verdict)))


def changed(path, value):
    data = encode(judged())
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["schema_version"], 2, "its schema_version is 2, this qualitygate reads 1"),
        (["outcome"], "passed", "says passed, but its parts come to no_data"),
        (["outcome"], "green", "'green' is no outcome"),
        (["gates", 0, "outcome"], "passed", "gate 1: says passed, but its parts come to no_data"),
        (
            ["gates", 0, "conditions", 1, "value"],
            "1e999999999",
            "gate 1: condition 2: '1e999999999' is no exact number",
        ),
        (["gates", 0, "conditions", 1, "value"], "1/0", "gate 1: condition 2: "),
        (["gates", 0, "conditions", 1, "value"], "9" * 5_000, "gate 1: condition 2: "),
        (["gates", 0, "conditions", 0, "metric"], "no.metric", "gate 1: condition 1: there is no 'no.metric'"),
        (["gates", 0, "conditions", 0, "waiver"], "W-404", "gate 1: condition 1: there is no 'W-404'"),
        (["gates", 0, "conditions", 0, "findings", 0, "line"], True, "gate 1: condition 1: finding 1: "),
        (["gates", 0, "conditions", 0, "bound"], {"less": "1"}, "gate 1: condition 1: "),
        (["gates", 0, "conditions", 0, "register"], [{}], "gate 1: condition 1: register entry 1: there is no "),
        (["gates"], {}, "'{}' where list should be"),
        (["examined"], {"tests": -1}, "-1 where a count should be"),
        (["at"], "2026-11-22T09:00:00", "names no time zone"),
        (["waivers", 0, "expires"], "soon", "waiver 1: "),
        (["metrics", "x.rate", "unit"], "apples", "metric x.rate: 'apples' is not a valid Unit"),
        (["policy"], {}, "there is no 'name'"),
    ],
)
def test_a_verdict_that_was_tampered_with_is_refused_with_its_place(path, value, said):
    with pytest.raises(CannotReadReport) as refused:
        loads(json.dumps(changed(path, value)))
    assert "malformed" == refused.value.slug
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema_version": 1}', "[" * 100_000, "NaN"])
def test_what_is_no_verdict_is_refused(text):
    with pytest.raises(CannotReadReport, match="is no verdict of qualitygate"):
        loads(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(data, path=()):
    if path:
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


@given(path=st.sampled_from(sorted(places(encode(judged())), key=str)), value=JSON)
def test_whatever_stands_at_any_place_is_read_or_refused(path, value):
    with suppress(ValueError):
        decode(changed(list(path), value))
