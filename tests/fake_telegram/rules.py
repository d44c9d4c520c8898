"""What the fake has to know about the Bot API itself: from its specification, or without it."""

import os
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from .no_specification import NoSpecification
from .specification import Specification
from .wire import Files, Json

# Beside the repository, where its authors keep it; it is not part of the repository.
DEFAULT_PATH = Path(__file__).resolve().parents[3] / "shared" / "telegram" / "spec" / "api.json"


class Rules(Protocol):
    """The questions that the fake asks about the Bot API."""

    @property
    def in_use(self) -> bool:
        """Whether calls are checked against the specification."""

    @property
    def update_kinds(self) -> set[str]:
        """All kinds of updates."""

    def method_name(self, name: str) -> str:
        """Spell a method as Telegram spells it; ApiError 404 if there is no such method."""

    def decode(self, method: str, raw: Json, files: Files, *, strict: bool) -> Json:
        """Turn form fields, which are strings, into JSON values; ApiError if not allowed."""

    def result_types(self, method: str) -> list[str]:
        """The types that a method may return."""

    def content_type(self, kind: str) -> str:
        """The type of what a message holds under a name, as Document; "" if nothing."""

    def takes_file(self, method: str, parameter: str) -> bool:
        """Whether a parameter may be a file."""

    def allows_reaction(self, emoji: str) -> bool:
        """Whether a bot may react with an emoji."""

    def sample(self, type_name: str, **known: Any) -> Any:
        """The smallest valid value of a type, with the fields that are known filled in."""


def find_specification(path: str | Path | None = None) -> Path | None:
    """Find the Bot API's specification.

    Args:
        path: Where it is; None for $FAKE_TG_SPEC, and without that, for the place where the
            project's authors keep it.

    Returns:
        The path; None if there is no such file, so a path that does not exist turns it off.
    """
    found = Path(path or os.environ.get("FAKE_TG_SPEC") or DEFAULT_PATH)
    return found if found.is_file() else None


def load_rules(path: str | Path | None = None) -> Rules:
    """Load the specification from where `find_specification` finds it, or do without."""
    found = find_specification(path)
    return read_specification(found) if found else NoSpecification()


@cache
def read_specification(path: Path) -> Specification:
    """Read a specification once for all the fakes of a test run."""
    return Specification(path)
