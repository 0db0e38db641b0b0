"""The npm packages: why they may be missing, and what of them is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.github.double.cut import cut, plain
from tests.github.double.github import GitHub
from tests.github.double.npm import CannotInstall, packages


def test_without_npm_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUALITYGATE_NPM", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotInstall, match="npm is not installed"):
        packages()


def test_an_install_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("QUALITYGATE_NPM", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CannotInstall, match="no network"):
        packages()
    assert ["lock"] == [each.name for each in (tmp_path / "cache").iterdir()]


def test_the_description_is_of_the_version_in_the_lock_file(running_double: GitHub) -> None:
    assert "23.0.2" == running_double.wire.description.version
    assert not (packages() / "node_modules/@octokit/openapi/generated").exists()


def test_prose_goes_and_what_is_named_like_prose_stays() -> None:
    schema = {"title": "A thing", "properties": {"title": {"type": "string", "description": "Its title"}}}
    assert {"properties": {"title": {"type": "string"}}} == plain(schema)


def test_null_is_among_the_values_of_what_may_be_null() -> None:
    assert ["a", None] == plain({"enum": ["a"], "nullable": True})["enum"]


def test_an_operation_that_the_description_does_not_know_is_an_error() -> None:
    whole = {"openapi": "3.0.3", "info": {"version": "1"}, "paths": {}, "components": {}}
    with pytest.raises(LookupError, match="does not know GET /nowhere"):
        cut(whole, {"GET /nowhere"})
