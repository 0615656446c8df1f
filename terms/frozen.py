"""A value that is made once: after `freeze`, setting or deleting an attribute is refused."""

from __future__ import annotations

from typing import Any


class Frozen:
    """Holds attributes that its maker sets, until `freeze`."""

    _frozen = False

    def freeze(self) -> None:
        """Makes this value unchangeable."""
        object.__setattr__(self, "_frozen", True)

    def __setattr__(self, name: str, value: Any) -> None:
        if self._frozen:
            raise AttributeError(f"{type(self).__name__} is frozen; {name} cannot be set.")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; {name} cannot be deleted.")
