"""Makes verify.py, the one file that checks an export: the offline verifier, with what it imports put into it."""

from __future__ import annotations

import re
from importlib.resources import files

HERE = "engine.record"
IMPORTED = re.compile(rf"^from {re.escape(HERE)}\.(\w+) import .*\n", re.MULTILINE)
FUTURE = "from __future__ import annotations\n"


def script() -> bytes:
    """Returns the text of verify.py, which imports nothing but Python's standard library."""
    return IMPORTED.sub(lambda found: _source(found[1]).replace(FUTURE, "", 1), _source("offline")).encode()


def _source(name: str) -> str:
    return files(HERE).joinpath(f"{name}.py").read_text(encoding="utf-8")
