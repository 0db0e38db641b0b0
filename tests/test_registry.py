"""The one door: by name, with a way out for what is not there."""

from __future__ import annotations

import sys

import pytest

from qualitygate import registry
from qualitygate.errors import PluginError
from qualitygate.extension import Style
from qualitygate.readers.junit import READER
from tests.samples import verdict


@pytest.fixture
def stranger(tmp_path, monkeypatch, empty_registry):
    """Writes a distribution with entry points, and puts it on the path."""

    def write(entry_points: str, code: str = "") -> None:
        (tmp_path / "odd_stranger.py").write_text(code)
        info = tmp_path / "odd_stranger-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-stranger\nVersion: 1\n")
        (info / "entry_points.txt").write_text(entry_points)
        monkeypatch.syspath_prepend(str(tmp_path))

    yield write
    sys.modules.pop("odd_stranger", None)


def test_a_reader_is_found_by_name():
    assert registry.reader("junit") is READER


def test_a_metric_is_found_by_name():
    found = registry.metric("tests.failed")
    assert found is not None
    assert "tests.failed" == found.name
    assert registry.metric("tests.nothing") is registry.metric("nothing.failed") is None


def test_the_catalogue_is_sorted_and_names_each_metric_once():
    names = [metric.name for metric in registry.metrics()]
    assert sorted(set(names)) == names


def test_a_name_that_is_not_there_has_a_way_out():
    with pytest.raises(PluginError, match="there is no reader called 'junti'; did you mean 'junit'"):
        registry.reader("junti")
    with pytest.raises(PluginError, match=r"there is no reporter called 'zzz'; there are .*text"):
        registry.reporter("zzz")
    with pytest.raises(PluginError, match="there is no measure called"):
        registry.measure("zzz")


@pytest.mark.parametrize(("head", "name"), [(b"<testsuite/>", "junit"), (b'{"qualitygate":"snapshot"', "snapshot")])
def test_a_reader_is_found_by_what_a_file_begins_with(head, name):
    found = registry.reader_for(head)
    assert found is not None
    assert name == found[0]


def test_what_nobody_recognises_has_no_reader():
    assert registry.reader_for(b"hello") is None


def test_a_plug_in_that_cannot_be_imported_is_told(stranger):
    stranger("[qualitygate.readers]\nodd = odd_stranger:READER\n", "raise OSError('oops')")
    with pytest.raises(PluginError, match=r"the reader 'odd' \(odd_stranger:READER\) cannot be loaded: OSError: oops"):
        registry.reader("odd")


def test_a_plug_in_without_its_name_is_told(stranger):
    stranger("[qualitygate.readers]\nodd = odd_stranger:READER\n")
    with pytest.raises(PluginError, match="cannot be loaded: AttributeError"):
        registry.reader("odd")


def test_a_plug_in_of_another_type_is_told(stranger):
    stranger("[qualitygate.reporters]\nodd = odd_stranger:REPORTER\n", "REPORTER = 'text'")
    with pytest.raises(PluginError, match=r"is a str, not a qualitygate\.Reporter"):
        registry.reporter("odd")


def test_a_stranger_never_takes_the_place_of_our_own(stranger):
    stranger("[qualitygate.readers]\njunit = odd_stranger:READER\n", "READER = None")
    assert registry.reader("junit") is READER


def test_our_own_come_first(stranger):
    stranger("[qualitygate.readers]\naaa = odd_stranger:READER\n")
    assert ["junit", "aaa"] == [name for name in registry.names(registry.READERS) if name in {"junit", "aaa"}]


def test_without_our_own_metadata_all_distributions_are_asked(monkeypatch, empty_registry):
    monkeypatch.setattr(registry, "_DISTRIBUTION", "nothing_like_it-")
    assert registry.reader("junit") is READER


def test_folders_that_are_not_there_are_passed_over(monkeypatch, empty_registry, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path / "gone"))
    assert "junit" in registry._own(registry.READERS)


def test_a_strangers_plug_in_is_blamed_for_what_it_raises_and_ours_is_not():
    with (
        pytest.raises(PluginError, match="the reader 'odd' broke: ZeroDivisionError: oops"),
        registry.blaming(registry.READERS, "odd"),
    ):
        raise ZeroDivisionError("oops")
    with pytest.raises(PluginError, match="SystemExit"), registry.blaming(registry.MEASURES, "odd"):
        raise SystemExit(0)
    for error, name in ((ZeroDivisionError, "junit"), (PluginError, "odd")):
        with pytest.raises(error, match="oops"), registry.blaming(registry.READERS, name):
            raise error("oops")


def test_a_verdict_is_rendered_by_the_reporter_of_that_name():
    assert "Result:" in registry.render("text", verdict(), Style())


def test_the_entry_points_format_is_read():
    text = "[a.b]\nx = m:X\n\n[c]\n y=n:Y\nz = k\n"
    assert {"a.b": {"x": "m:X"}, "c": {"y": "n:Y", "z": "k"}} == registry._parse(text)
