"""The schema: what the migrations make is what the tables say."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage.database import FILE, DatabaseFault, sqlite_url
from storage.schema import HEAD, migrate
from storage.tables import metadata

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "storage" / "migrations"


def schema(path: Path) -> dict[str, list[str]]:
    """Every table with its columns, keys and indexes; in which order they came says nothing."""
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    found = {name: [sql] for name, sql in indexes}
    for table in set(tables) - {"alembic_version"}:
        facts = [row[1:] for row in connection.execute(f"PRAGMA table_info({table})")]
        facts += [row[2:] for row in connection.execute(f"PRAGMA foreign_key_list({table})")]
        facts += [row[2:4] for row in connection.execute(f"PRAGMA index_list({table})")]
        found[table] = sorted(map(str, facts))
    connection.close()
    return found


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


def test_drafts_of_an_older_version_are_kept(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(sqlite_url(tmp_path).replace("+aiosqlite", ""))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO draft (id, chat_id, source_id, author_id, author_name, version, status, content, targets,"
                " created_at, dry_run, card_version) VALUES ('d', 7, 1, 7, 'Carmen', 1, 'pending', '{}', '[]', 0, 0, 0)"
            )
        )
    engine.dispose()
    assert migrate(sqlite_url(tmp_path))
    connection = sqlite3.connect(tmp_path / FILE)
    kept = connection.execute("SELECT author_name, album, pictured_by FROM draft").fetchall()
    connection.close()
    assert kept == [("Carmen", None, "[]")]


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
