"""The schema: what the migrations make is what the tables say."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage.database import FILE, DatabaseFault, sqlite_url
from storage.schema import HEAD, migrate
from storage.tables import metadata

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "storage" / "migrations"


def schema(path: Path) -> dict[str, list[str]]:
    """Every table and index as SQLite keeps it; the order of a table's constraints says nothing."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    ).fetchall()
    connection.close()
    return {name: sorted(line.strip().rstrip(",") for line in sql.splitlines()) for name, sql in rows}


def test_migrating_makes_the_tables(tmp_path: Path) -> None:
    migrate(sqlite_url(tmp_path))
    engine = create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    metadata.create_all(engine)
    engine.dispose()
    assert schema(tmp_path / FILE) == schema(tmp_path / "created.db")


def test_alembic_finds_nothing_to_add(template: Path) -> None:
    engine = create_engine(f"sqlite:///{template}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    assert migrate(sqlite_url(tmp_path))
    before = schema(tmp_path / FILE)
    assert not migrate(sqlite_url(tmp_path))
    assert schema(tmp_path / FILE) == before


def test_programs_that_start_together_migrate_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(migrate, [sqlite_url(tmp_path)] * 4)) == [False] * 3 + [True]


def test_a_migrated_database_starts_without_alembic(template: Path) -> None:
    program = f"import sys; from storage.schema import migrate; migrate({sqlite_url(template.parent)!r}); "
    program += "sys.exit('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    migrate(sqlite_url(tmp_path))
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseFault, match="newer version"):
        migrate(sqlite_url(tmp_path))


def test_revisions_stand_in_one_sequence_that_ends_at_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    revisions = [script.revision for script in scripts.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in files] == revisions
