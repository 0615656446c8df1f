"""`rung serve`: answers the HTTP API of a workspace."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.edge import FAULT
from cli.option import Desk, desk
from terms.error import BadInput

if TYPE_CHECKING:
    import uvicorn

APPLICATION = "web.app:create"
"""Named as text: the terminal starts the web and imports nothing of it."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free port."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), metavar="N", help="Processes."
)
@click.option("--ssl-certfile", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="A certificate chain, to speak TLS without a proxy.")  # fmt: skip
@click.option("--ssl-keyfile", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Its private key, where the certificate's file does not hold it.")  # fmt: skip
@desk()
def serve(
    held: Desk, host: str, port: int, workers: int, ssl_certfile: Path | None, ssl_keyfile: Path | None
) -> None:
    """Answers the HTTP API of a workspace until it is stopped (Ctrl-C); several may serve one workspace at once.

    Everything under /api/ asks for a personal token (`rung token issue`); /healthz says whether the server reaches its
    database. Needs the extra `web`. It neither ticks nor delivers letters: a scheduler runs `rung tick`.

    Example: rung serve --host 127.0.0.1 --port 8000
    """
    try:
        import uvicorn
    except ImportError:
        raise BadInput(
            "Serving needs the extra `web`: install rung[web] (it brings FastAPI and uvicorn)."
        ) from None
    engine = held.engine  # a workspace that cannot be opened is told before anything listens
    name, root = engine.config.name, engine.root.resolve()
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048, reuse_port=False)
    except OSError as error:
        raise BadInput(
            f"{host}:{port} cannot be listened on: {os.strerror(error.errno or 0)}; name another --port."
        ) from None
    scheme = "https" if ssl_certfile else "http"
    at = listening.getsockname()[1]
    os.environ["RUNG_WORKSPACE"] = str(root)
    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        workers=workers,
        access_log=False,  # a path names people
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        ssl_certfile=ssl_certfile,
        ssl_keyfile=ssl_keyfile,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=30,
        h11_max_incomplete_event_size=32 << 10,
    )
    if not ssl_certfile and not _here(host):
        click.echo(
            f"{host} can be reached from elsewhere and nothing is encrypted: tokens and reasons would be read on "
            "their way. Put a proxy that speaks TLS before it, or give --ssl-certfile.",
            err=True,
        )
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Rung serves {name} on {scheme}://{shown}:{at}; Ctrl-C ends it.")
    engine.close()
    _run(config, listening)


def _here(host: str) -> bool:
    """Returns whether an address can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(config: uvicorn.Config, listening: socket.socket) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    if config.workers > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    server.run(sockets=[listening])
    if not server.started:
        raise SystemExit(FAULT)
