"""Snapshots: the evidence of an earlier run, or of a shard."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate import snapshot
from qualitygate.extension import Reader
from qualitygate.model.evidence import Evidence, Source


def recognises(head: bytes) -> bool:
    """Whether the first line says so."""
    return head.startswith(b'{"qualitygate":"snapshot"')


def read(source: Source) -> Iterator[Evidence]:
    """Read one snapshot; its reports keep the labels they were made with."""
    with source.open() as stream:
        yield from snapshot.load(stream, source)


READER = Reader(kind=None, recognises=recognises, read=read)
