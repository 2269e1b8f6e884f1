"""Permission: linkings, invitations, who renews credentials, proof of the key, default targets."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("target", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE account SET target = main"))
    op.add_column("account", sa.Column("announced", sa.Integer(), nullable=True))
    op.add_column("credential", sa.Column("renewal", sa.String(length=36), nullable=True))
    op.add_column("credential", sa.Column("renewal_until", sa.BigInteger(), nullable=True))
    op.add_column("credential", sa.Column("renewed_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "key_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_proof"),
    )
    _linking()
    _invitation()


def _linking() -> None:
    op.create_table(
        "linking",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("delegated", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("sealed_ticket", sa.Text(), nullable=True),
        sa.Column("browser_hash", sa.String(length=64), nullable=True),
        sa.Column("state_until", sa.BigInteger(), nullable=True),
        sa.Column("sealed_candidates", sa.Text(), nullable=True),
        sa.Column("sealed_typed", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_linking"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_linking_account_id"),
        sa.UniqueConstraint("nonce_hash", name="uq_linking_nonce_hash"),
        sa.UniqueConstraint("state_hash", name="uq_linking_state_hash"),
    )
    op.create_index("ix_linking_chat_id_by_id", "linking", ["chat_id", "by_id"])


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_by_id", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name="pk_invitation"),
    )


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("linking")
    op.drop_table("key_proof")
    op.drop_column("credential", "renewed_at")
    op.drop_column("credential", "renewal_until")
    op.drop_column("credential", "renewal")
    op.drop_column("account", "announced")
    op.drop_column("account", "target")
