"""What the demo's story has come to so far, and how its people act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cli.demo.company import Company
from engine.bootstrap import Command, Engine
from engine.case.execute import Outcome
from engine.case.query import load
from engine.case.state import Case
from engine.people.directory import Person
from engine.record.event import Actor


@dataclass(slots=True)
class Told:
    """Holds what the story has come to so far."""

    engine: Engine
    company: Company
    say: Callable[[str], None]
    staff: Mapping[str, Person] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def who(self, hr_id: str) -> Actor:
        """Returns somebody as the one who acts."""
        return Actor(self.staff[hr_id].id)

    def part(self, name: str) -> Person:
        """Returns who plays a part."""
        return self.staff[self.company.cast[name]]

    def manager(self, name: str) -> str:
        """Returns the HR id of the manager of whoever plays a part."""
        wanted = self.company.cast[name]
        return next(one.manager for one in self.company.members if one.hr_id == wanted)

    def act(self, command: Command, hr_id: str) -> Outcome:
        """Carries out a command as somebody."""
        return self.engine.act(command, self.who(hr_id))

    def case(self, name: str) -> Case:
        """Returns the case of whoever plays a part."""
        with self.engine.read() as tx:
            return load(tx, self.labels[name])
