"""Says what a definition asks of the file and the file has not: how many exhibits of a kind, how long, which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.case.state import Case, Exhibit
from workflows.provision import FileRule


def incomplete(case: Case, rules: Sequence[FileRule]) -> Iterator[str]:
    """Yields what the file still lacks, or has too much of."""
    for rule in rules:
        held = [one for one in case.exhibits if one.kind == rule.kind]
        if rule.exactly is not None and len(held) != rule.exactly:
            yield f"The file holds {len(held)} of {rule.kind}; it must hold exactly {rule.exactly}."
        if rule.at_least is not None and len(held) < rule.at_least:
            yield f"The file holds {len(held)} of {rule.kind}; it must hold at least {rule.at_least}."
        for one in held:
            yield from _wording(one, rule)


def _wording(held: Exhibit, rule: FileRule) -> Iterator[str]:
    text = str(held.text["text"]) if isinstance(held.text, Mapping) else ""
    if rule.words_at_most is not None and len(text.split()) > rule.words_at_most:
        yield f"{held.id} has {len(text.split())} words; {rule.kind} has at most {rule.words_at_most}."
    for word in rule.never_says:
        if word.casefold() in text.casefold():
            yield f"{held.id} says {word!r}; {rule.kind} must not."
