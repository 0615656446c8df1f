"""Reads YAML so that every value keeps its line and column, and nothing is guessed.

Scalars become null, booleans, integers or text; a decimal or a date stays the text that was written.
Duplicate keys, anchors, aliases, tags, several documents and files over one mebibyte are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from terms.canonical import Json
from terms.error import Malformed

Path: TypeAlias = tuple[str | int, ...]

LARGEST_FILE = 1 << 20
DEEPEST = 60
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
WORDS: dict[str, Json] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Position:
    """Holds a place in a file: line and column, both counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Document:
    """Holds a parsed file: its value, and the position of every path in it."""

    file: str
    value: Json
    positions: dict[Path, Position] = field(repr=False)

    def at(self, path: Path) -> Position:
        """Returns the position of a path, or of the nearest part of it that was written."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, Position(self.file, 1, 1))


def read(text: str | bytes, file: str) -> Document:
    """Returns a YAML text as a Document.

    Raises Malformed, with line and column, where the text is not one plain YAML document.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Malformed(f"Byte {error.start} is not UTF-8 text; save the file as UTF-8.", file) from None
    if len(text) > LARGEST_FILE:
        raise Malformed("The file is larger than 1 MiB; split it.", file)
    try:
        nodes = list(YAML(typ="rt", pure=True).compose_all(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = str(Position(file, mark.line + 1, mark.column + 1)) if mark else file
        if "'\\t'" in str(error.problem):
            raise Malformed("A tab stands here; YAML is indented by spaces alone.", where) from None
        raise Malformed(f"This is not YAML: {error.problem or error.context}.", where) from None
    except YAMLError as error:
        raise Malformed(f"This is not YAML: {str(error).splitlines()[0]}.", file) from None
    if len(nodes) != 1 or nodes[0] is None:
        raise Malformed("The file must hold exactly one YAML document.", file)
    positions: dict[Path, Position] = {}
    return Document(file, _value(nodes[0], (), file, positions), positions)


def _value(node: Node, path: Path, file: str, positions: dict[Path, Position]) -> Json:
    where = Position(file, node.start_mark.line + 1, node.start_mark.column + 1)
    if path in positions or node.anchor is not None:
        raise Malformed("Anchors and aliases are not allowed; write the value out.", str(where))
    if len(path) > DEEPEST:
        raise Malformed(f"The file nests deeper than {DEEPEST} levels.", str(where))
    positions[path] = where
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, index), file, positions) for index, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(node, path, file, positions)
    if not isinstance(node, ScalarNode):
        raise Malformed("This is neither a value, a list nor a map.", str(where))
    return _scalar(node)


def _mapping(node: MappingNode, path: Path, file: str, positions: dict[Path, Position]) -> Json:
    found: dict[str, Json] = {}
    for key_node, value_node in node.value:
        where = Position(file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key_node, ScalarNode) or key_node.value == "<<":
            raise Malformed("A key must be plain text.", str(where))
        key = str(key_node.value)
        if key in found:
            raise Malformed(f"The key `{key}` is written twice here; keep one.", str(where))
        found[key] = _value(value_node, (*path, key), file, positions)
    return found


def _scalar(node: ScalarNode) -> Json:
    text = str(node.value)
    if node.style is None:
        if text in WORDS:
            return WORDS[text]
        if INTEGER.match(text):
            return int(text)
    return text
