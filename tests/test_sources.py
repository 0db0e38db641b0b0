"""From globs to files."""

from __future__ import annotations

from datetime import UTC, datetime

from qualitygate.model.evidence import ReadingRules
from qualitygate.sources import find, source
from tests.conftest import write_files


def names(folder, *patterns):
    return [each.name for each in find(patterns, str(folder), labels={}, reader=None, rules=ReadingRules())]


def test_files_come_sorted_and_once_however_they_are_written(tmp_path):
    write_files(tmp_path, {"b.xml": "", "a.xml": "", "x/c.xml": ""})
    assert ["a.xml", "b.xml"] == names(tmp_path, "*.xml", "./*.xml", "x/../a.xml", "a.xml")


def test_two_stars_cross_folders(tmp_path):
    write_files(tmp_path, {"a.xml": "", "x/y/b.xml": "", "x/c.txt": ""})
    assert ["a.xml", "x/y/b.xml"] == names(tmp_path, "**/*.xml")


def test_a_folder_is_no_file(tmp_path):
    write_files(tmp_path, {"a.xml/b.txt": ""})
    assert [] == names(tmp_path, "*.xml")


def test_an_absolute_pattern_is_found(tmp_path):
    write_files(tmp_path, {"a.xml": "x"})
    (found,) = find([str(tmp_path / "*.xml")], "/", labels={}, reader=None, rules=ReadingRules())
    with found.open() as stream:
        assert b"x" == stream.read()


def test_a_file_that_links_and_linked_folders_lead_to_is_one_file(tmp_path):
    write_files(tmp_path, {"real/a.xml": ""})
    (tmp_path / "linked").symlink_to("real", target_is_directory=True)
    (tmp_path / "real" / "b.xml").symlink_to("a.xml")
    (tmp_path / "real" / "nowhere.xml").symlink_to("gone.xml")
    assert ["linked/a.xml", "linked/nowhere.xml"] == names(tmp_path, "**/*.xml")


def test_a_source_knows_its_labels_reader_and_rules(tmp_path):
    write_files(tmp_path, {"a.xml": "x"})
    rules = ReadingRules(retries="last")
    (found,) = find(["a.xml"], str(tmp_path), labels={"suite": "unit"}, reader="junit", rules=rules)
    assert ({"suite": "unit"}, "junit", rules) == (found.labels, found.reader, found.rules)
    assert found.at is not None
    assert found.at <= datetime.now(UTC)


def test_a_source_need_not_exist(tmp_path):
    gone = source("gone", str(tmp_path / "gone"))
    assert (None, {}, ReadingRules()) == (gone.at, gone.labels, gone.rules)
