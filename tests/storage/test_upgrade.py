"""Upgrades: a store of every older version, with rows in all of its tables, becomes one of today and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from qualitygate.storage import opening
from qualitygate.storage.inbox import Delivery, Inbox, Receipt
from qualitygate.storage.opening import open_engine
from qualitygate.storage.tables import HEAD, METADATA

ROWS = 3
SCRIPTS = Path(opening.__file__).parent / "migrations"
OURS = {"alembic_version"}


def config(connection: sa.Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.attributes["connection"] = connection
    return made


REVISIONS = [each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


def value(column: Any, numbers: Iterator[int]) -> Any:
    """Something that a column of this type can hold, another each time."""
    number = next(numbers)
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.Integer):
        return number
    if isinstance(kind, sa.Float | sa.Numeric):
        return number + 0.5
    if isinstance(kind, sa.LargeBinary):
        return str(number).encode()
    text = f"{column.name} {number} ü"
    return text[-kind.length :] if getattr(kind, "length", None) else text


def filled(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """Rows in every table, and what they are."""
    tables, numbers, found = sa.MetaData(), count(1), {}
    tables.reflect(connection)
    for table in tables.sorted_tables:
        if table.name not in OURS:
            rows = [{column.name: value(column, numbers) for column in table.columns} for _ in range(ROWS)]
            connection.execute(table.insert(), rows)
            found[table.name] = rows
    return found


def old(address: str, revision: str) -> dict[str, list[dict[str, Any]]]:
    """A store as the code of that revision left it, with rows in all of its tables."""
    engine = sa.create_engine(opening._url(address))
    try:
        with engine.begin() as connection:
            command.upgrade(config(connection), revision)
            return filled(connection)
    finally:
        engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_any_version_becomes_one_of_today_and_loses_nothing(address: str, revision: str) -> None:
    rows = old(address, revision)
    assert rows
    engine = open_engine(address)
    try:
        with engine.connect() as connection:
            assert HEAD == connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)
            tables = sa.MetaData()
            tables.reflect(connection)
            for name, before in rows.items():
                columns = [tables.tables[name].columns[column] for column in before[0]]
                after = [dict(row) for row in connection.execute(sa.select(*columns)).mappings()]
                assert sorted(map(str, before)) == sorted(map(str, after)), name
    finally:
        engine.dispose()
    with Inbox(address) as inbox:
        assert Receipt.NEW is inbox.receive(Delivery(id="new", event="issues", body="{}"))


def test_deliveries_learn_from_their_bodies_whose_they_are(address: str) -> None:
    bodies = {
        "a": '{"repository": {"id": 7, "full_name": "acme/shop"}}',
        "b": '{"repository": {"id": "7"}}',
        "c": '{"repository": null}',
        "d": '{"repository": {"id": 99999999999999999999}}',
        "e": "",
        "f": "[" * 9_000,
        "g": '{"repository": {"id": true}}',
    }
    engine = sa.create_engine(opening._url(address))
    with engine.begin() as connection:
        command.upgrade(config(connection), "0005")
        inbox = sa.MetaData()
        inbox.reflect(connection, only=["inbox"])
        empty = {column.name: value(column, count(1)) for column in inbox.tables["inbox"].columns}
        rows = [{**empty, "id": id, "digest": id, "body": body} for id, body in bodies.items()]
        connection.execute(inbox.tables["inbox"].insert(), rows)
    engine.dispose()
    engine = open_engine(address)
    with engine.connect() as connection:
        found = dict(connection.execute(sa.text("SELECT id, repository_id FROM inbox")).all())
    engine.dispose()
    assert {"a": 7, **dict.fromkeys("bcdefg", 0)} == found


def test_there_is_one_way_from_the_first_version_to_todays() -> None:
    script = ScriptDirectory.from_config(config())
    assert [HEAD] == script.get_heads()
    assert ["0001"] == script.get_bases()
    assert REVISIONS == sorted(REVISIONS)
