"""The tables of accounts and of the permission to publish there: how it comes, how it is kept and renewed."""

from sqlalchemy import (
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
    true,
)

from storage.columns import UtcTime
from storage.metadata import ID, metadata

account = Table(
    "account",
    metadata,
    Column("id", ID, primary_key=True),
    Column("platform", String(40), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("main", Boolean, nullable=False),
    Column("credentials_version", Integer, nullable=False),
    Column("usable", Boolean, nullable=False),
    Column("expires_at", UtcTime),
    Column("added_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    Column("target", Boolean, nullable=False, server_default=true()),  # of a new draft
    Column("announced", Integer),  # of how many days before its end the present credentials' owners were told
    UniqueConstraint("platform", "external_id"),
)

credential = Table(
    "credential",
    metadata,
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("kept_at", UtcTime, nullable=False),
    Column("renewal", ID),  # who is asking the platform for new ones, and until when nobody else may
    Column("renewal_until", UtcTime),
    Column("renewed_at", UtcTime),  # when they came by renewal; empty: a person brought them
)

# Something we know, sealed: tells whether the present key is the one that sealed the rest.
key_proof = Table(
    "key_proof", metadata, Column("id", Integer, primary_key=True), Column("sealed", Text, nullable=False)
)

# From a link in the chat to an account that is kept.
linking = Table(
    "linking",
    metadata,
    Column("id", ID, primary_key=True),
    Column("platform", String(40), nullable=False),
    Column("account_id", ID, ForeignKey("account.id")),
    Column("chat_id", BigInteger, nullable=False),
    Column("by_id", BigInteger, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("delegated", Boolean, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("nonce_hash", String(64), nullable=False, unique=True),
    Column("offered_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("state_hash", String(64), unique=True),
    Column("sealed_ticket", Text),
    Column("browser_hash", String(64)),
    Column("state_until", UtcTime),
    Column("sealed_candidates", Text),
    Column("sealed_typed", Text),  # a code or a key on its way from the chat to the network
    Column("closed_at", UtcTime),
    Index("ix_linking_chat_id_by_id", "chat_id", "by_id"),
)

# An invitation to work with the bot; its code is kept as a hash.
invitation = Table(
    "invitation",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("by_id", BigInteger, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("offered_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_by_id", BigInteger),
    Column("used_at", UtcTime),
)
