"""The projection of personal tokens: one row per token, by the digest of its secret; rebuilt from its events by replay.

The day of last use is no event: it is what this database saw.
"""

from sqlalchemy import Column, Integer, String, Table

from engine.store.table.root import metadata

token = Table(
    "token",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("label", String(16), nullable=False, unique=True),
    Column("person", String(36), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("issued_by", String(36), nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("revoked_on", String(10), nullable=True),
    Column("event", Integer, nullable=False),
    Column("last_used", String(10), nullable=True),
)
