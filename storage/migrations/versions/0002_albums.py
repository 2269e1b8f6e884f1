"""Drafts of several pictures: which album they came in, and in which messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("album", sa.String(length=200), nullable=True))
    op.add_column("draft", sa.Column("pictured_by", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_draft_chat_id_album", "draft", ["chat_id", "album"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_draft_chat_id_album", "draft")
    op.drop_column("draft", "pictured_by")
    op.drop_column("draft", "album")
