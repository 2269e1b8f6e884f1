"""The schema: brought to its newest form at start. Alembic is loaded only when there is something to do."""

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DatabaseError

from storage.database import DatabaseFault, prepare_file
from storage.driver import connect

HEAD = "0005"
"""The newest revision under migrations/versions; a test holds the two together."""
_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> bool:
    """Bring the database at `url` to HEAD; blocking. True: something was done. Raises DatabaseFault."""
    prepare_file(url)
    address = make_url(url)
    engine = _engine(address)
    try:
        with engine.begin() as connection:
            return _upgrade(connection)
    except DatabaseError as error:
        raise DatabaseFault(f"The database {address.database} cannot be used: {error.orig}.") from error
    finally:
        engine.dispose()


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        return _served(address)
    engine = create_engine("sqlite://", creator=lambda: connect(Path(address.database or "")), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _served(address: URL) -> Engine:
    try:
        return create_engine(address)
    except ImportError as error:
        raise DatabaseFault(f"The database needs the Python package {error.name}, which is not installed.") from error


def _upgrade(connection: Connection) -> bool:
    """Inside one transaction, so that of two processes that start together one finds it done."""
    revision = _revision(connection)
    if revision == HEAD:
        return False
    if revision is not None and revision > HEAD:
        raise DatabaseFault(f"The database is of a newer version of this program (schema {revision}, here {HEAD}).")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
