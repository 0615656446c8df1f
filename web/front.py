"""The page at the door, for a person who opens the address in a browser; and the description for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import HTMLResponse, JSONResponse

from web.joined import PROVED, Asking
from web.problem import MEDIA

router = APIRouter()
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rung</title>
<h1>Rung</h1>
<p>Promotion reviews run on written rules. This server answers programs, and whoever shows a personal token.</p>
<ul>
<li><code>GET /healthz</code> says whether it reaches its database.</li>
<li><code>GET /api/openapi.json</code> describes every call. Send <code>Authorization: Bearer rung_...</code>;
HR issues a token with <code>rung token issue</code>.</li>
</ul>
</html>
"""
METHODS = ("get", "post", "put", "delete", "patch")
ANSWERS = {
    "400": "What was given is wrong.",
    "401": "No token was shown, or one that does not hold.",
    "403": "Understood, and not allowed to this reader or not now; `reasons` say by which rule.",
    "404": "Nothing has this name.",
    "409": "The state stands against it, or a name fits several.",
    "412": "The case has changed since the version that If-Match names.",
    "413": "The body is too large.",
    "422": "The request breaks the form, or an Idempotency-Key was used for another request.",
    "429": "Too many requests.",
    "500": "Rung met a fault of its own, or the record does not hold.",
    "503": "The database cannot be reached, others hold it, or whether it was saved is not known.",
}


class ReasonGiven(BaseModel):
    """Holds one reason for a refusal: the rule's id, and a sentence."""

    rule: str
    text: str


class Fault(BaseModel):
    """Holds one place of a request that breaks the form."""

    at: str
    text: str


class Problem(BaseModel):
    """Holds RFC 9457 problem details: `detail` is the sentence that the command line says."""

    type: str
    title: str
    status: int
    detail: str
    way: list[str] | None = None
    reasons: list[ReasonGiven] | None = None
    errors: list[Fault] | None = None


@router.get("/", include_in_schema=False)
def front() -> HTMLResponse:
    """Says what this is, and where the description lies."""
    return HTMLResponse(PAGE)


@router.get("/api/openapi.json", operation_id="description", tags=["description"], dependencies=PROVED)
def description(request: Request, actor: Asking) -> JSONResponse:
    """Describes every call, as OpenAPI."""
    return JSONResponse(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """Returns the description of an application: every problem it answers is in it."""
    if app.openapi_schema:
        return app.openapi_schema
    made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= shape.pop("$defs")
    schemas["Problem"] = shape
    made["components"]["responses"] = {
        status: {
            "description": told,
            "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, told in ANSWERS.items()
    }
    for path, ways in made["paths"].items():
        for method in METHODS:
            if method in ways and path.startswith("/api"):
                for status in ANSWERS:
                    ways[method]["responses"][status] = {"$ref": f"#/components/responses/{status}"}
    app.openapi_schema = made
    return made
