"""What lets a reader check a packet: the log it came from, the root over it, and the case's own entries."""

from __future__ import annotations

from engine.packet.view import Named, View


class Entry(View):
    """Holds one event of the case as the log counts it: its place and its RFC 6962 leaf hash."""

    seq: int
    leaf: str


class LogEntry(View):
    """Holds one event as it stands in the record; `who` names its actor, `data` is canonical JSON."""

    seq: int
    type: str
    stream: str
    stream_version: int
    recorded_at: str
    happened_at: str | None
    actor: str
    who: Named
    acting_for: str | None
    authenticated: str
    rule: str | None
    command: str
    data: str
    sealed: tuple[tuple[str, str], ...]
    leaf: str


class Proof(View):
    """Holds the log's origin, size and root when the packet was drawn, and the newest signed checkpoint."""

    origin: str
    size: int
    root: str
    recorded_at: str
    checkpoint: str | None
    entries: tuple[Entry, ...]
    how: tuple[str, ...]
