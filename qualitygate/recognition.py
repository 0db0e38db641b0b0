"""What a file looks like from its first bytes: its root element, or its name in plain words for a refusal."""

from __future__ import annotations

import codecs
import re

HEAD = 65_536
"""How many bytes are looked at to recognise a format."""

OWN_VERDICT = "qualitygate verdict"
"""How the name of a verdict written as JUnit XML begins: it is no report of tests, though it looks like one."""

_OWN_SARIF = re.compile(r'"driver"\s*:\s*\{\s*"name"\s*:\s*"qualitygate"')
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\][^\[>]*)*>)*", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<([^\s<>/?!]+)(?=[\s/>])([^<>]*)")
_MAGIC = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
)


def decode(head: bytes) -> str:
    """The text of the first bytes: by byte-order mark, then by where the NULs are, else UTF-8; never fails."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    if head[:2] == b"<\0":
        return head.decode("utf-16-le", "replace")
    if head[:2] == b"\0<":
        return head.decode("utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def root_element(head: bytes) -> tuple[str, str] | None:
    """The local name and the raw attributes of the first XML element, ``None`` where no element begins the file."""
    text = decode(head)
    prologue = _PROLOGUE.match(text)
    element = _ELEMENT.match(text, prologue.end() if prologue else 0)
    return (element[1].rpartition(":")[2], element[2]) if element else None


def is_own_verdict(root: tuple[str, str] | None) -> bool:
    """Whether a root element and its attributes are those of a verdict that we wrote as JUnit XML."""
    return root is not None and root[0] == "testsuites" and f'name="{OWN_VERDICT}' in root[1]


def is_own_sarif(text: str) -> bool:
    """Whether the beginning of a SARIF log is that of a verdict that we wrote: no linter's word."""
    return bool(_OWN_SARIF.search(text))


def looks_like(head: bytes) -> str:
    """What a person would call this file, for the refusal: ``an HTML page``, ``a gzip archive``, ``plain text``."""
    if not head:
        return "an empty file"
    if not head.strip(b"\0"):
        return "nothing but NUL bytes"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    text = decode(head).lstrip()
    if not text:
        return "nothing but white space"
    if re.match(r"(?:<!doctype\s+html|<html)\b", text, re.IGNORECASE):
        return "an HTML page"
    root = root_element(text.encode())
    if is_own_verdict(root):
        return "a verdict of qualitygate, not a report of tests"
    if root:
        return (
            "an HTML page" if root[0].lower() == "html" else f"an XML document with the root element <{root[0][:60]}>"
        )
    if text[0] == "{" and is_own_sarif(text):
        return "a verdict of qualitygate, not a report of findings"
    if text.rstrip() == "[]":
        return "an empty JSON list, which many formats write where there is nothing"
    if text[0] in "{[":
        return "a JSON document"
    if text.startswith("<"):
        return "broken XML"
    if b"\0" in head:
        return "a binary file"
    return f"plain text that begins {' '.join(text[:60].split())[:40]!r}"
