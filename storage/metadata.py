"""What all tables share: the metadata, the types of keys, indexes of some rows only."""

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, text

# SQLite keeps an INTEGER key as the row's own address; other databases need the wide type.
WIDE = BigInteger().with_variant(Integer(), "sqlite")
ID = String(36)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def index_where(name: str, *columns: Column[Any], where: str, unique: bool = False) -> Index:
    """What PostgreSQL is told of it stands in the migrations alone: to say it here loads all of its dialect (2 MB)."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def index_flagged(name: str, column: Column[Any], flag: str) -> Index:
    """Only of rows with this flag. SQLite goes by the very words of the query, and there a flag is a number."""
    return index_where(name, column, where=f"{flag} = 1")
