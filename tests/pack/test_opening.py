"""What is refused before anything of a pack is read, and what a flipped byte comes to."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from warnings import catch_warnings, simplefilter
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.errors import CannotUsePack
from qualitygate.pack import caps, opening
from qualitygate.pack.archive import EPOCH, HEX, MODE, SEAL, seal_of
from qualitygate.pack.manifest import PackRequest
from qualitygate.pack.opening import opened
from qualitygate.pack.packing import pack
from qualitygate.pack.verifying import verify
from tests.conftest import write_files
from tests.pack.tampering import contents, packed

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
POLICY = """\
version: 1
evidence: {unit: {files: unit.xml}}
gates: {release: [{metric: tests.failed, at_most: 0}]}
"""
REPORT = "<testsuite name='s'><testcase classname='c' name='a'/><testcase classname='c' name='b'/></testsuite>"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("good"), {"qualitygate.yml": POLICY, "unit.xml": REPORT})
    path = str(folder / "qualitygate.yml")
    pack(path, PackRequest(policy="", now=NOW, subject={"name": "shop"}), to=str(folder / "pack.zip"))
    return folder / "pack.zip"


def sealed(path: Path, *entries: tuple[ZipInfo, bytes], prefix: bytes = b"") -> Path:
    """A ZIP of these entries with a good seal, however bad it is besides."""
    with path.open("w+b") as file, catch_warnings():
        simplefilter("ignore")  # zipfile says it where a name is there twice
        file.write(prefix)
        with ZipFile(file, "a" if prefix else "w") as archive:
            for about, content in entries:
                archive.writestr(about, content)
            archive.comment = SEAL + b"0" * HEX
        return reseal(path, file)


def reseal(path: Path, file) -> Path:
    seal = seal_of(file)
    file.seek(-HEX, 2)
    file.write(seal.encode())
    return path


def entry(name: str, *, method: int = ZIP_STORED, mode: int = MODE, system: int = 3) -> ZipInfo:
    about = ZipInfo(name, EPOCH)
    about.filename = name
    about.compress_type, about.external_attr, about.create_system = method, mode, system
    return about


def slug(path: Path) -> str:
    with pytest.raises(CannotUsePack) as caught, opened(str(path)):
        pass
    return caught.value.slug


def test_what_was_packed_is_opened(good: Path) -> None:
    with opened(str(good)) as found:
        assert found.sealed
        assert sorted(contents(good)) == list(found.sizes)
    assert () == verify(str(good)).differences


@given(data=st.data())
def test_any_single_flipped_byte_is_found(good: Path, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(good.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "flipped.zip"
    path.write_bytes(content)
    try:
        found = verify(str(path))
    except CannotUsePack:
        return
    assert found.differences


@given(length=st.integers(0, 20_000))
def test_a_pack_that_is_cut_off_is_refused(good: Path, tmp_path: Path, length: int) -> None:
    content = good.read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(content[: min(length, len(content) - 1)])
    assert slug(path) in ("not-a-pack", "too-large")


@given(content=st.binary(max_size=400))
def test_any_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.zip"
    path.write_bytes(content)
    assert "not-a-pack" == slug(path)


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../x", "/etc/passwd", "C:/x", "C:x", "a\\b", "..\\x", "a/", "./a", "a//b", "", "a\nb", "a\u202eb"],
    ids=ascii,
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    assert "unsafe-pack" == slug(sealed(tmp_path / "pack.zip", (entry(name), b"x")))


def test_a_name_cut_short_by_a_nul_is_refused(tmp_path: Path) -> None:
    path = sealed(tmp_path / "pack.zip", (entry("a?b"), b"x"))
    content = path.read_bytes().replace(b"a?b", b"a\0b")
    path.write_bytes(content)
    with path.open("r+b") as file:
        reseal(path, file)
    assert "unsafe-pack" == slug(path)


@pytest.mark.parametrize(
    "about",
    [
        entry("a", mode=0o120777 << 16),
        entry("a", mode=0o040755 << 16),
        entry("a", mode=0o100755 << 16),
        entry("a", system=0),
        entry("a", method=ZIP_BZIP2),
    ],
    ids=["link", "folder", "program", "dos", "bzip2"],
)
def test_anything_but_a_plain_file_is_refused(tmp_path: Path, about: ZipInfo) -> None:
    assert "unsafe-pack" == slug(sealed(tmp_path / "pack.zip", (about, b"x")))


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    assert "unsafe-pack" == slug(sealed(tmp_path / "pack.zip", (entry("a"), b"x"), (entry("a"), b"y")))


def test_files_out_of_order_are_refused(tmp_path: Path) -> None:
    assert "unsafe-pack" == slug(sealed(tmp_path / "pack.zip", (entry("b"), b"x"), (entry("a"), b"y")))


def test_a_file_that_would_grow_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = sealed(tmp_path / "pack.zip", (entry("a", method=ZIP_DEFLATED), b"\0" * 8_000_000))
    assert path.stat().st_size < 10_000
    assert "too-large" == slug(path)


def test_what_repeats_itself_honestly_can_be_packed(tmp_path: Path) -> None:
    path = packed({"a": b"\0" * 8_000_000, "b": b"x" * 1000}, tmp_path / "pack.zip")
    with opened(str(path)) as found:
        assert {"a": 8_000_000, "b": 1000} == found.sizes


def directory(path: Path, change: Callable[[bytearray, int], None]) -> Path:
    """A pack with its directory changed, sealed again."""
    content = bytearray(path.read_bytes())
    start = struct.unpack("<L", content[-HEX - len(SEAL) - 6 :][:4])[0]
    change(content, start)
    path.write_bytes(content)
    with path.open("r+b") as file:
        return reseal(path, file)


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    path = sealed(tmp_path / "pack.zip", (entry("a"), b"x"), (entry("b"), b"y"))

    def overlap(content: bytearray, start: int) -> None:
        content[start + 47 + 42 : start + 47 + 46] = bytes(4)

    assert "unsafe-pack" == slug(directory(path, overlap))


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    def encrypt(content: bytearray, start: int) -> None:
        content[start + 8] |= 1

    assert "unsafe-pack" == slug(directory(sealed(tmp_path / "pack.zip", (entry("a"), b"x")), encrypt))


def test_what_is_said_to_be_larger_than_a_pack_may_be_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(opening, "TOTAL_CAP", 1000)
    path = sealed(
        tmp_path / "pack.zip", (entry("a", method=ZIP_DEFLATED), b"x" * 700), (entry("b", method=8), b"y" * 700)
    )
    assert "too-large" == slug(path)
    monkeypatch.setattr(opening, "TOTAL_CAP", 100)
    assert "too-large" == slug(path)


def test_more_files_than_a_pack_may_have_are_refused_before_they_are_listed(tmp_path: Path, monkeypatch) -> None:
    path = sealed(tmp_path / "pack.zip", (entry("a"), b"x"), (entry("b"), b"y"))
    monkeypatch.setattr(opening, "COUNT_CAP", 1)
    monkeypatch.setattr(opening, "ZipFile", None)
    assert "too-large" == slug(path)


def test_what_is_hidden_before_a_file_or_the_directory_is_refused(tmp_path: Path) -> None:
    path = sealed(tmp_path / "pack.zip", (entry("a"), b"x"), (entry("b"), b"hidden"))
    content = bytearray(path.read_bytes())
    start = struct.unpack("<L", content[-HEX - len(SEAL) - 6 :][:4])[0]
    del content[start + 47 : start + 94]
    end = len(content) - HEX - len(SEAL) - 22
    content[end + 8 : end + 16] = struct.pack("<HHL", 1, 1, 47)
    path.write_bytes(content)
    with path.open("r+b") as file:
        reseal(path, file)
    assert "unsafe-pack" == slug(path)
    assert "unsafe-pack" == slug(sealed(tmp_path / "other.zip", (entry("a"), b"x"), prefix=b"MZ"))


@pytest.mark.parametrize("name", ["manifest.json", "inputs/surroundings.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"schema_version": 2}', b"NaN"])
def test_a_manifest_that_is_none_is_refused_and_surroundings_that_are_none_differ(
    good: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    path = packed({**contents(good), name: content}, tmp_path / "pack.zip")
    if name == "manifest.json":
        with pytest.raises(CannotUsePack, match=r"manifest\.json"):
            verify(str(path))
    else:
        assert "verdict" in [each.what for each in verify(str(path)).differences]


def test_a_pack_without_a_manifest_is_none(good: Path, tmp_path: Path) -> None:
    files = contents(good)
    del files["manifest.json"]
    with pytest.raises(CannotUsePack, match=r"there is no manifest\.json"):
        verify(str(packed(files, tmp_path / "pack.zip")))


def test_a_manifest_beyond_reason_is_not_read(good: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(opening, "TEXT_CAP", 100)
    with pytest.raises(CannotUsePack, match=r"manifest\.json is larger"):
        verify(str(good))


def test_a_name_that_no_pack_may_have_is_not_packed_either(tmp_path: Path) -> None:
    for name in ("../x", "x" * 4097):
        with pytest.raises(CannotUsePack) as caught:
            packed({name: b"x"}, tmp_path / "pack.zip")
        assert "unsafe-pack" == caught.value.slug
    assert "too-large" == slug(sealed(tmp_path / "pack.zip", (entry("x" * 4097), b"x")))


def test_the_caps_of_a_writer_are_those_of_a_reader(tmp_path: Path, monkeypatch) -> None:
    from qualitygate.pack import shelf

    assert (shelf.COUNT_CAP, shelf.TOTAL_CAP) == (caps.COUNT_CAP, caps.TOTAL_CAP)
    monkeypatch.setattr(shelf, "COUNT_CAP", 1)
    with pytest.raises(CannotUsePack, match="at most 1 files"):
        packed({"a": b"x", "b": b"y"}, tmp_path / "pack.zip")
    monkeypatch.setattr(shelf, "COUNT_CAP", 2)
    monkeypatch.setattr(shelf, "TOTAL_CAP", 1)
    with pytest.raises(CannotUsePack, match="b is beyond"):
        packed({"a": b"x", "b": b"y"}, tmp_path / "pack.zip")
