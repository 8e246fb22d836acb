"""What the user says about a file, where the file does not say it itself; saved profiles."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from ingest.profile import Profile, zone_named
from ingest.records import Reading
from kb.errors import Invalid
from kb.model.ledger import Json

PROFILE_NAME = re.compile(r"[\w][\w .-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Given on the command line, in the form or by a saved profile; None and {} leave it to the file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    day_first: bool | None = None
    currency: str | None = None
    profile: str | None = None
    staff: frozenset[str] = frozenset()  # known as our own people in this file, beside those of the settings


AS_IT_SAYS = Overrides()  # nothing given: the file decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for all files: the zone of times without one, and how our own people are known."""

    timezone: tzinfo = UTC
    staff: frozenset[str] = frozenset()


def reading_of(path: Path, name: str, given: Overrides, saved: Profile | None, defaults: Defaults) -> Reading:
    """How the file is to be read. What is given wins over the saved profile, and that over the defaults."""
    zone = given.timezone or (saved.timezone if saved else None)
    day_first = given.day_first
    if day_first is None and saved is not None:
        day_first = saved.day_first
    return Reading(
        name=name,
        modified=int(path.stat().st_mtime * 1000),
        timezone=zone_named(zone) if zone else defaults.timezone,
        day_first=day_first,
        currency=given.currency or (saved.currency if saved else None),
        columns=dict(given.columns),
        staff=defaults.staff | given.staff,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One file of a run: under which name it is kept, and how it is read."""

    kept: str
    reading: Reading
    profile: Profile | None

    def to_json(self) -> dict[str, Json]:
        """As the run keeps it, so that a resumed run reads the same way."""
        reading = self.reading
        return {
            "kept": self.kept,
            "name": reading.name,
            "modified": reading.modified,
            "timezone": str(reading.timezone),
            "day_first": reading.day_first,
            "currency": reading.currency,
            "columns": dict(reading.columns),
            "staff": sorted(reading.staff),
            "profile": self.profile.to_dict() if self.profile else None,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Told":
        """What to_json made."""
        reading = Reading(
            name=told["name"],
            modified=told["modified"],
            timezone=zone_named(told["timezone"]),
            day_first=told["day_first"],
            currency=told["currency"],
            columns=dict(told["columns"]),
            staff=frozenset(told["staff"]),
        )
        profile = Profile.from_dict(told["profile"]) if told["profile"] else None
        return cls(kept=told["kept"], reading=reading, profile=profile)


class Profiles:
    """Profiles saved by name in a folder, one JSON file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str) -> Profile | None:
        """None for a name that is not saved yet. Raises Invalid for an impossible name."""
        path = self._path(name)
        if not path.exists():
            return None
        return Profile.from_dict(json.loads(path.read_text(encoding="utf-8")))

    def save(self, name: str, profile: Profile) -> None:
        """Keep the profile under the name, replacing an earlier one."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(profile.to_dict(), ensure_ascii=False, indent=2), encoding="utf-8")

    def _path(self, name: str) -> Path:
        if not PROFILE_NAME.fullmatch(name):
            raise Invalid(
                "profile", f"{name!r} is no name for a profile; use letters, digits, spaces and - ."
            )
        return self._folder / f"{name}.json"
