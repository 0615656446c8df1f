"""The record and what is handed out of it: size and root, proofs, packets, a subject's own file."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from engine.custody.checkpoint import last
from engine.custody.command import NoteSubjectExport
from engine.custody.packet import proved, written
from engine.custody.subject import subject_file
from engine.people.directory import find_person, natural
from engine.view.door import may_see_proof, wait_for_seals
from engine.view.record import record_json
from web.joined import PROVED, Asking, Joined, Text

router = APIRouter(prefix="/api", dependencies=PROVED, tags=["record"])
MEDIA = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {one.partition(";")[0]: {"schema": {}} for one in MEDIA.values()},
    }
}
PROOF: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"application/json": {"schema": {"type": "object"}}}}
}


def file(data: bytes, name: str, form: str) -> Response:
    """Returns a file to keep: never shown in the place of the API, whatever it holds."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(data, 200, headers, MEDIA[form])


@router.get("/record", operation_id="record")
def record(engine: Joined, actor: Asking) -> dict[str, Any]:
    """Says the record's size and root as far as the reader may know, and the newest signed checkpoint."""
    kept = last(engine.root)
    with engine.read() as tx:
        shown = record_json(tx, natural(tx, actor.person))
    whole = kept is not None and isinstance(shown["size"], int) and kept.size <= shown["size"]
    return {**shown, "checkpoint": kept.note if kept is not None and whole else None}


@router.get("/record/proof/{case}", operation_id="proof", responses=PROOF, response_class=Response)
def proof(engine: Joined, actor: Asking, case: Text) -> Response:
    """Hands out what proves a case's entries to anybody who has the public key."""
    with engine.read() as tx:
        may_see_proof(tx, case, actor)
    subject, data = proved(engine.store, engine.root, case)
    return file(data, f"{subject}-proof", "json")


@router.get("/export/{case}", operation_id="export", responses=FILE, response_class=Response)
def export(
    engine: Joined,
    actor: Asking,
    case: Text,
    variant: Annotated[Literal["candidate", "committee", "auditor"], Query(alias="as")] = "candidate",
    form: Annotated[Literal["html", "md", "json", "zip"], Query(alias="format")] = "html",
) -> Response:
    """Hands out a case's packet: for the candidate, the committee or an auditor, as who asks may have it."""
    if form == "zip":  # what proves a packet tells the record's size
        with engine.read() as tx:
            wait_for_seals(tx, actor)
    name = engine.config.name
    label, data = written(engine.store, engine.root, name, case, variant, form, actor)
    return file(data, f"{label}-{variant}", form)


@router.post("/subjects/{who}", operation_id="export_subject", responses=PROOF, response_class=Response)
def export_subject(engine: Joined, actor: Asking, who: Text) -> Response:
    """Hands out all that is kept about a person, others taken out; the record notes who was given it."""
    with engine.read() as tx:
        found = find_person(tx, who)
        data = subject_file(tx, found.id, actor, engine.standing(tx, actor))
    engine.act(NoteSubjectExport(person=found.id, digest=sha256(data).hexdigest()), actor)
    return file(data, f"{found.label}-subject", "json")
