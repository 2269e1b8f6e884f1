"""Time: hours given to deliveries, alarms, allowances, pauses, the zone of a person, notices of a chat."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("zone", sa.String(length=60), nullable=True))
    op.add_column("delivery", sa.Column("scheduled_at", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("checked_for", sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("unalarmed", sa.Boolean(), nullable=False, server_default=sa.false()))
    _flagged("ix_delivery_unalarmed", "ready_at", "unalarmed")
    op.drop_index("ix_delivery_unshown", "delivery")
    _flagged("ix_delivery_unshown", "job_id", "unshown")  # now in the words that queries use
    op.drop_index("ix_delivery_ready", "delivery")
    limited = sa.text("wait = 'limit'")
    op.create_index(
        "ix_delivery_limited", "delivery", ["account_id", "due_at"], sqlite_where=limited, postgresql_where=limited
    )
    prepared = sa.text("armed_at IS NULL")
    op.create_index("ix_step_prepared", "step", ["delivery_id"], sqlite_where=prepared, postgresql_where=prepared)
    op.create_index("ix_receipt_account_id_received_at", "receipt", ["account_id", "received_at"])
    op.create_table(
        "pause",
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", name="pk_pause"),
    )
    _allowance()
    _notice()


def _flagged(name: str, column: str, flag: str) -> None:
    op.create_index(name, "delivery", [column], sqlite_where=sa.text(f"{flag} = 1"), postgresql_where=sa.text(flag))


def _allowance() -> None:
    op.create_table(
        "allowance",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_allowance"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_allowance_account_id"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "kind", name="pk_notice"),
    )


def downgrade() -> None:
    for table in ("notice", "allowance", "pause"):
        op.drop_table(table)
    op.drop_index("ix_receipt_account_id_received_at", "receipt")
    op.drop_index("ix_step_prepared", "step")
    op.drop_index("ix_delivery_limited", "delivery")
    _unflag()
    for column in ("unalarmed", "checked_for", "scheduled_at"):
        op.drop_column("delivery", column)
    op.drop_column("person", "zone")


def _unflag() -> None:
    op.drop_index("ix_delivery_unalarmed", "delivery")
    op.drop_index("ix_delivery_unshown", "delivery")
    for name, column, where in (("unshown", "job_id", "unshown"), ("ready", "ready_at", "ready_at IS NOT NULL")):
        words = sa.text(where)
        op.create_index(f"ix_delivery_{name}", "delivery", [column], sqlite_where=words, postgresql_where=words)
