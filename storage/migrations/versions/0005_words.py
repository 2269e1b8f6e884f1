"""Words: people who are mentioned, and drafts that go to the rest of the accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handles", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alias"),
    )
    op.add_column("draft", sa.Column("origin_id", sa.String(length=36), nullable=True))
    op.create_index("ix_draft_origin_id", "draft", ["origin_id"])
