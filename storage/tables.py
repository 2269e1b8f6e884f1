"""The tables. Names and columns only; what may be done with them stands in one module per aggregate."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.columns import UtcTime, Word
from storage.metadata import ID, WIDE, index_flagged, index_where, metadata
from storage.permissions import account, credential, invitation, key_proof, linking

__all__ = ["account", "credential", "invitation", "key_proof", "linking", "metadata"]

person = Table(
    "person",
    metadata,
    Column("id", WIDE, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("locale", String(20)),
    Column("zone", String(60)),
    Column("joined_at", UtcTime, nullable=False),
)

question = Table(
    "question",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
)

# People who are mentioned: one name in drafts, a handle on each network.
alias = Table(
    "alias",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("handles", JSON, nullable=False),
)

owner_code = Table("owner_code", metadata, Column("code", String(200), primary_key=True))

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", WIDE, primary_key=True, autoincrement=False),
    Column("raw", JSON, nullable=False),
    Column("replies", JSON(none_as_null=True)),
    Column("received_at", UtcTime, nullable=False),
    Column("handled_at", UtcTime),
    Column("answered_at", UtcTime),
)
index_where("ix_inbox_open", inbox.c.received_at, inbox.c.update_id, where="answered_at IS NULL")

draft = Table(
    "draft",
    metadata,
    Column("id", ID, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Word(20), nullable=False),
    Column("content", JSON, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("card_id", BigInteger),
    Column("card_version", Integer, nullable=False),
    Column("card_seal", String(200)),
    Column("decided_by_id", BigInteger),
    Column("decided_by_name", Text),
    Column("decided_at", UtcTime),
    Column("job_id", ID),
    Column("album", String(200)),
    Column("pictured_by", JSON, nullable=False, server_default="[]"),
    Column("origin_id", ID),
    UniqueConstraint("chat_id", "source_id"),
    Index("ix_draft_chat_id_album", "chat_id", "album"),
    Index("ix_draft_chat_id_decided_at", "chat_id", "decided_at"),
    Index("ix_draft_origin_id", "origin_id"),
)
index_where("uq_draft_following", draft.c.origin_id, where="status = 'pending'", unique=True)
index_where("ix_draft_pending", draft.c.chat_id, draft.c.created_at, where="status = 'pending'")

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("draft_id", ID, ForeignKey("draft.id"), nullable=False, unique=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("content", JSON, nullable=False),
    Column("approved_by_id", BigInteger, nullable=False),
    Column("approved_by_name", Text, nullable=False),
    Column("approved_at", UtcTime, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("live_id", BigInteger),
    Column("live_digest", Text),
    Column("alert_id", BigInteger),
    Column("alert_digest", Text),
    Column("last_tap_at", UtcTime),
    Index("ix_job_chat_id_approved_at", "chat_id", "approved_at"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", ID, primary_key=True),
    Column("job_id", ID, ForeignKey("job.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False),
    Column("platform", String(40), nullable=False),
    Column("account_name", Text, nullable=False),
    Column("status", Word(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("looks", Integer, nullable=False),
    Column("due_at", UtcTime),
    Column("wait", Word(20)),
    Column("needs", Word(20)),
    Column("code", String(80)),
    Column("params", JSON, nullable=False),
    Column("reason", Text),
    Column("simulated", Boolean, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("omit", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ready_at", UtcTime),  # from when it may be claimed; null: not by itself
    Column("started_at", UtcTime),  # its first claim
    Column("scheduled_at", UtcTime),  # the hour a person gave it
    Column("checked_for", UtcTime),  # the hour for which its pre-flight was made
    Column("unalarmed", Boolean, nullable=False, server_default=false()),  # no alarm was set yet for its time
    Column("moved_at", UtcTime, nullable=False),
    Column("credentials_version", Integer, nullable=False),  # that of the account when it was claimed or blocked last
    Column("unshown", Boolean, nullable=False),  # moved since the chat was told last
    UniqueConstraint("job_id", "position"),
    Index("ix_delivery_status_ready_at", "status", "ready_at"),
    Index("ix_delivery_moved_at", "moved_at"),
)
index_flagged("ix_delivery_unshown", delivery.c.job_id, "unshown")
index_flagged("ix_delivery_unalarmed", delivery.c.ready_at, "unalarmed")
index_where("ix_delivery_limited", delivery.c.account_id, delivery.c.due_at, where="wait = 'limit'")

# Apart from the delivery, so that a move rewrites a short row.
adapted = Table(
    "adapted",
    metadata,
    Column("delivery_id", ID, ForeignKey("delivery.id"), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("dump", JSON, nullable=False),
)

# By which numbers what was said to an account can be found again; the words themselves stand in `adapted`.
gist = Table(
    "gist",
    metadata,
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("delivery_id", ID, ForeignKey("delivery.id"), primary_key=True),
    Index("ix_gist_delivery_id", "delivery_id"),
)

step = Table(
    "step",
    metadata,
    Column("delivery_id", ID, ForeignKey("delivery.id"), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("value", Text),
    Column("made_at", UtcTime),
    Column("mark", String(64)),  # hash of what no two armed steps may share
    Column("place", Integer),  # order of arming within the delivery
    Column("armed_at", UtcTime),
    Column("received_at", UtcTime),
    Column("denied", Boolean, nullable=False),
    Column("refused", Boolean, nullable=False),
)
ARMED = "armed_at IS NOT NULL AND received_at IS NULL"
index_where("uq_step_armed_mark", step.c.mark, where=ARMED, unique=True)
index_where("uq_step_armed_delivery", step.c.delivery_id, where=ARMED, unique=True)
index_where("ix_step_prepared", step.c.delivery_id, where="armed_at IS NULL")

receipt = Table(
    "receipt",
    metadata,
    Column("delivery_id", ID, ForeignKey("delivery.id"), primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False),
    Column("external_id", String(300)),
    Column("permalink", Text),
    Column("received_at", UtcTime, nullable=False),
    UniqueConstraint("account_id", "external_id"),
    Index("ix_receipt_account_id_received_at", "account_id", "received_at"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", WIDE, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("event_type", String(60), nullable=False),
    Column("entity_type", String(20), nullable=False),
    Column("entity_id", String(100), nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_ledger_entity_id_seq", "entity_id", "seq"),
)

# Networks that stand still until a person lets them go on.
pause = Table(
    "pause",
    metadata,
    Column("platform", String(40), primary_key=True),
    Column("paused_at", UtcTime, nullable=False),
)

# What is left of an allowance, in the platform's own words: headers, quota calls, refusals.
allowance = Table(
    "allowance",
    metadata,
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("most", Integer),
    Column("remaining", Integer, nullable=False),
    Column("resets_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Messages of ours that stand for something of the whole chat, one of a kind.
notice = Table(
    "notice",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(20), primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
)

# Every message of ours that ever stood for a draft (card) or a job (live message, alert).
message = Table(
    "message",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entity_id", ID, nullable=False),
)
