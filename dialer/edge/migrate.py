"""Bringing a database's tables up to what `schema.py` says, whatever version they are at."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from dialer.records import BooksRefused

FOLDER = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_243_001
"""The PostgreSQL advisory lock under which the nodes that start together migrate one after another."""


class SchemaTooNew(BooksRefused):
    """The database was made by a later version of the program."""


def to_head(connection: sa.Connection) -> None:
    """Upgrade to the latest migration inside the connection's own transaction: all of it or nothing.

    Raises `SchemaTooNew` when the database is at a migration that this version does not have.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    try:
        command.upgrade(config(connection), "head")
    except CommandError as bad:
        if "locate revision" not in str(bad):
            raise
        raise SchemaTooNew(
            f"the database is at a migration that this version of Cintillo does not have ({bad}): "
            "install the version that wrote it, or give another database"
        ) from bad


def config(connection: sa.Connection) -> Config:
    """Alembic's configuration for this connection; no ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
