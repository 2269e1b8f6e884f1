"""Words: people who are mentioned, drafts that go to the rest of the accounts, what was said to an account before."""

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
    pending = sa.text("status = 'pending'")
    op.create_index(
        "uq_draft_following", "draft", ["origin_id"], unique=True, sqlite_where=pending, postgresql_where=pending
    )
    op.create_table(
        "gist",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", "delivery_id", name="pk_gist"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_gist_account_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_gist_delivery_id"),
    )
    op.create_index("ix_gist_delivery_id", "gist", ["delivery_id"])
