"""Artifacts of strangers: whatever their zips hold, nothing is written outside their folder, and not too much in it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from qualitygate.errors import CannotUseGitHub
from qualitygate.github import artifacts
from qualitygate.github.artifacts import Room
from qualitygate.github.client import Access, Client
from tests.github.double.github import GitHub
from tests.server.shop import packed


class Unpacker:
    def __init__(self, github: GitHub, folder: Path) -> None:
        self.github, self.folder = github, folder
        self.shop = github.repository("acme/shop")
        self.client = Client(Access(credentials=github.token(actions="read"), base_url=github.url))

    def unpack(self, content: bytes, name: str = "reports", room: Room | None = None) -> Room:
        run = self.shop.run()
        self.shop.artifact(run, name, content)
        (found,) = artifacts.of_run(self.client, "acme/shop", run.id)
        return artifacts.unpack(self.client, "acme/shop", found, str(self.folder / "in"), room or Room())

    @property
    def files(self) -> list[str]:
        return sorted(each.relative_to(self.folder).as_posix() for each in self.folder.rglob("*") if not each.is_dir())


@pytest.fixture
def unpacker(github: GitHub, tmp_path: Path) -> Iterator[Unpacker]:
    made = Unpacker(github, tmp_path)
    yield made
    made.client.close()


def test_an_artifact_lies_in_a_folder_of_its_name(unpacker: Unpacker) -> None:
    room = unpacker.unpack(packed({"unit.xml": "x" * 10, "deep/er/it.xml": "yy", "empty/": ""}))
    assert ["in/reports/deep/er/it.xml", "in/reports/unit.xml"] == unpacker.files
    assert Room(bytes=artifacts.ALL_MOST - 12, files=artifacts.FILES_MOST - 2) == room
    unpacker.unpack(packed({"unit.xml": ""}), "other")
    assert "in/other/unit.xml" in unpacker.files


@pytest.mark.parametrize(
    "name",
    [
        "../out.xml",
        "a/../../../out.xml",
        "/etc/out.xml",
        "..\\out.xml",
        "C:/out.xml",
        "a//b.xml",
        "./a.xml",
        "a\nb.xml",
        "a\u202eb.xml",
        "x" * 1_001,
        "x" * 256,
        f"a/{'é' * 128}/b.xml",
        "con:x",
    ],
)
def test_a_name_that_leads_astray_is_refused(unpacker: Unpacker, name: str) -> None:
    with pytest.raises(CannotUseGitHub, match="astray"):
        unpacker.unpack(packed({"good.xml": "", name: "evil"}))
    assert not [each for each in unpacker.files if each != "in/reports/good.xml"]


@pytest.mark.parametrize("name", ["..", ".", "a\\b", "a/b", "x" * 256])
def test_an_artifact_of_a_name_that_leads_astray_is_refused(unpacker: Unpacker, name: str) -> None:
    with pytest.raises(CannotUseGitHub, match="astray"):
        unpacker.unpack(packed({"x.xml": ""}), name)
    assert [] == unpacker.files


def of_kind(kind: int, content: str = "/etc/passwd") -> bytes:
    made = BytesIO()
    info = ZipInfo("unit.xml")
    info.external_attr = (kind | 0o777) << 16
    with ZipFile(made, "w") as archive:
        archive.writestr(info, content)
    return made.getvalue()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_and_whatever_is_no_file_is_refused(unpacker: Unpacker, kind: int) -> None:
    with pytest.raises(CannotUseGitHub, match="link"):
        unpacker.unpack(of_kind(kind))
    assert [] == unpacker.files


def test_a_file_that_is_there_twice_is_refused(unpacker: Unpacker) -> None:
    twice = packed({"a.xml": "1", "b.xml": "2"}).replace(b"b.xml", b"a.xml")
    with pytest.raises(CannotUseGitHub, match=r"'a.xml' of the artifact 'reports' is in it twice, .*; keep each"):
        unpacker.unpack(twice)


@pytest.mark.parametrize("files", [{"a": "", "a/b": ""}, {"a/b": "", "a": ""}])
def test_a_file_that_is_a_folder_too_is_refused(unpacker: Unpacker, files: dict[str, str]) -> None:
    with pytest.raises(CannotUseGitHub, match="is in it twice, or as a file and as a folder"):
        unpacker.unpack(packed(files))


def test_a_bomb_is_stopped_at_the_cap_whatever_it_promises(unpacker: Unpacker, monkeypatch: pytest.MonkeyPatch) -> None:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"0" * 30_000_000)
    assert len(made.getvalue()) < 100_000
    with pytest.raises(CannotUseGitHub, match="is over 10000000 bytes"):
        unpacker.unpack(made.getvalue(), room=Room(bytes=10_000_000))
    assert (unpacker.folder / "in/reports/bomb.xml").stat().st_size <= 11_000_000
    lying = made.getvalue().replace((30_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(CannotUseGitHub):
        unpacker.unpack(lying, "lying", room=Room(bytes=10_000_000))
    assert sum(each.stat().st_size for each in (unpacker.folder / "in/lying").rglob("*")) <= 11_000_000


def test_too_many_files_are_refused_before_one_is_written(unpacker: Unpacker) -> None:
    with pytest.raises(CannotUseGitHub, match="more than 2 files"):
        unpacker.unpack(packed({"a": "", "b": "", "c": ""}), room=Room(files=2))
    assert [] == unpacker.files


def test_an_artifact_larger_than_the_cap_is_not_read_to_its_end(
    unpacker: Unpacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "ZIP_MOST", 1_000)
    with pytest.raises(CannotUseGitHub, match="larger than 1000 bytes"):
        unpacker.unpack(b"0" * 2_000)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\3\4 cut off", packed({"a.xml": "x" * 900})[:-30]])
def test_what_is_no_zip_is_said_to_be_none(unpacker: Unpacker, content: bytes) -> None:
    with pytest.raises(CannotUseGitHub, match="cannot be unpacked") as refused:
        unpacker.unpack(content)
    assert "artifact" == refused.value.slug


def test_an_encrypted_file_is_said_to_be_unreadable(unpacker: Unpacker) -> None:
    whole = bytearray(packed({"a.xml": "secret"}))
    directory = whole.index(b"PK\1\2")
    whole[6] |= 1
    whole[directory + 8] |= 1
    with pytest.raises(CannotUseGitHub, match="cannot be unpacked"):
        unpacker.unpack(bytes(whole))


def test_where_the_second_host_is_gone_it_is_tried_again_later(
    unpacker: Unpacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacker.github.wire, "blobs", "http://127.0.0.1:1")
    with pytest.raises(CannotUseGitHub) as refused:
        unpacker.unpack(packed({"a.xml": ""}))
    assert "unreachable" == refused.value.slug


def test_a_name_as_long_as_systems_have_them_is_taken(unpacker: Unpacker) -> None:
    unpacker.unpack(packed({f"{'x' * 255}/{'y' * 255}": ""}), "z" * 255)
    assert [f"in/{'z' * 255}/{'x' * 255}/{'y' * 255}"] == unpacker.files


@pytest.mark.parametrize(
    ("number", "refused"),
    [(errno.ENAMETOOLONG, CannotUseGitHub), (errno.EILSEQ, CannotUseGitHub), (errno.ENOSPC, OSError)],
)
def test_what_the_system_refuses_is_the_artifacts_fault_unless_there_is_no_room(
    unpacker: Unpacker, monkeypatch: pytest.MonkeyPatch, number: int, refused: type[Exception]
) -> None:
    def makedirs(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(artifacts.os, "makedirs", makedirs)
    with pytest.raises(refused, match=os.strerror(number)) as error:
        unpacker.unpack(packed({"a.xml": ""}))
    assert refused is type(error.value)
