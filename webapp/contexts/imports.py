"""Imports as pages show them: what to read and how, how far it is, what was rejected and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.model.listing import Listing
from kb.model.reading import RejectedRow, RunDetail, RunRow
from webapp import display, wording
from webapp.contexts.channels import Channels
from webapp.contexts.paging import Paging
from webapp.import_forms import chosen_columns
from webapp.links import address
from webapp.translate import gettext as _
from webapp.translate import problem as translated

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/Amsterdam",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)
CURRENCIES = ("EUR", "CNY", "USD", "GBP", "CHF", "JPY")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChoice:
    code: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportForm:
    """Which file, and what it does not say itself."""

    sources: tuple[SourceChoice, ...]
    zones: tuple[str, ...]
    currencies: tuple[str, ...]
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """A column of the file, and what it was taken for."""

    column: str
    field: str  # "" where it is left out
    samples: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that waits to be read (webapp.uploads)."""

    token: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """How the file would be read, to be confirmed or changed."""

    form: ImportForm
    upload: Upload
    columns: tuple[ColumnChoice, ...]
    fields: tuple[tuple[str, str], ...]  # (our field, label)
    question: str  # what has to be answered before the file can be read; "" where nothing is open


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    href: str
    id: str
    title: str
    source: str  # code
    started_by: str
    at: int
    status: str  # code
    stage: str  # code
    records: str
    accepted: str
    duplicate: str
    rejected: str
    has_rejected: bool
    progress: float | None  # share done, in [0, 1]; None where nobody knows
    running: bool
    reason: str
    duration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    runs: tuple[RunView, ...]
    by_hand: bool  # what was done by hand is listed, too
    paging: Paging
    channels: Channels | None  # for administrators


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    sentence: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedView:
    place: str  # line or number of the record, from 1
    sentence: str  # why, in the reader's words
    raw: str  # the record as it stood


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    run: RunView
    profile: tuple[tuple[str, str], ...]  # how the file was read
    reasons: tuple[ReasonCount, ...]
    rejected: tuple[RejectedView, ...]
    paging: Paging
    may_revert: bool


def import_form(values: Mapping[str, str], problems: Mapping[str, str] | None = None) -> ImportForm:
    return ImportForm(
        sources=tuple(
            SourceChoice(code=code, label=str(label), hint=str(wording.SOURCE_HINTS[code]))
            for code, label in wording.SOURCES.items()
        ),
        zones=ZONES,
        currencies=CURRENCIES,
        values=values,
        problems=problems or {},
    )


def preview_page(
    form: ImportForm, upload: Upload, found: Mapping[str, Any], fields: Sequence[str], question: str
) -> PreviewPage:
    """`found` is what Runs.preview answers, or the headers of a file that was refused; `fields` are ours."""
    chosen = {column: name for name, column in chosen_columns(form.values).items()}
    guessed = {str(entry["column"]): entry for entry in found["columns"]}
    return PreviewPage(
        form=form,
        upload=upload,
        columns=tuple(_column(header, guessed.get(header, {}), chosen) for header in found["headers"]),
        fields=tuple((code, wording.field(code)) for code in fields),
        question=question,
    )


def run_view(row: RunRow) -> RunView:
    running = row.status == "running"
    return RunView(
        href=address("imports.show", id=row.id),
        id=row.id,
        title=row.title,
        source=row.source,
        started_by=row.started_by,
        at=row.recorded_at,
        status=row.status,
        stage=row.stage,
        records=display.number(row.records),
        accepted=display.number(row.accepted),
        duplicate=display.number(row.duplicate),
        rejected=display.number(row.rejected),
        has_rejected=row.rejected > 0,
        progress=_progress(row),
        running=running,
        reason=translated(row.reason) if row.reason else "",
        duration=display.seconds(row.seconds) if row.seconds and not running else "",
    )


def run_page(detail: RunDetail, rejected: Listing[RejectedRow], paging: Paging) -> RunPage:
    return RunPage(
        run=run_view(detail.run),
        profile=tuple(_how(name, text) for name, text in detail.profile.items() if text),
        reasons=tuple(
            ReasonCount(sentence=wording.reason(reason, name, "…"), count=display.number(count))
            for reason, name, count in detail.reasons
        ),
        rejected=tuple(_rejected(row) for row in rejected.items),
        paging=paging,
        may_revert=detail.run.status in ("done", "stopped"),
    )


def _progress(row: RunRow) -> float | None:
    """Of the stage it is in: the file read so far, then the records brought in so far."""
    done, whole = row.done_of_expected, row.expected
    if row.stage == "projecting":
        done, whole = row.applied, row.accepted
    if not whole or done is None:
        return None
    return min(1.0, done / whole)


def _column(header: str, guess: Mapping[str, Any], chosen: Mapping[str, str]) -> ColumnChoice:
    return ColumnChoice(
        column=header,
        field=chosen.get(header) or str(guess.get("field") or ""),
        samples=tuple(str(sample) for sample in guess.get("samples", ())),
        why=wording.guess(str(guess.get("why") or "")),
    )


def _how(name: str, text: str) -> tuple[str, str]:
    """A setting by which a file was read, worded."""
    if name.startswith("column "):
        return _("Column: %(field)s", field=wording.field(name.removeprefix("column "))), text
    if name == "day_first":
        return wording.field(name), _("day first") if text == "True" else _("month first")
    if name == "decimal":  # of each number column; usually one mark for all
        return wording.field(name), " ".join(sorted(set(re.findall(r": '(.)'", text)))) or text
    return wording.field(name), text


def _rejected(row: RejectedRow) -> RejectedView:
    return RejectedView(
        place=display.number(row.place),
        sentence=wording.reason(row.reason, row.field, row.value),
        raw=row.raw,
    )
