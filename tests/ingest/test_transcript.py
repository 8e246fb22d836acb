"""Transcripts: one call with its speakers and segments, when it was, and its broken cues beside it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.sources import transcript
from ingest.text import one_line
from kb.errors import InvalidFile
from tests.ingest.conversations import MODIFIED, SHANGHAI, Reader

TEN = 1_741_942_800_000  # 2025-03-14T10:00+01:00


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader("transcript", tmp_path)


def vtt(*cues: str, head: str = "WEBVTT") -> str:
    """Cues of ten seconds, one after the other."""
    timed = (f"00:{number:02}:00.000 --> 00:{number:02}:10.000\n{cue}" for number, cue in enumerate(cues))
    return "\n\n".join([head, *timed]) + "\n"


def test_a_call_is_one_interaction_with_a_segment_for_each_utterance(reader: Reader) -> None:
    call = vtt("<v Li Na>Good morning.</v>", "<v Jan>We need\nthe report.", "<v Li Na>Of course")
    found = reader.one(call, name="2025-03-14T10-00 Acme kick-off.vtt")
    assert found["text"] == "Li Na: Good morning.\nJan: We need the report.\nLi Na: Of course"
    assert (found["channel"], found["title"], found["direction"]) == ("call", "Acme kick-off", "unknown")
    assert (found["at"], found["ends_at"], found["at_source"]) == (TEN, TEN + 130_000, "stated")
    assert [one["name"] for one in found["participants"]] == ["Li Na", "Jan"]
    assert {one["role"] for one in found["participants"]} == {"speaker"}
    said = [found["text"][one["start"] : one["end"]] for one in found["segments"]]
    assert said == ["Good morning.", "We need the report.", "Of course"]
    assert [one["at"] for one in found["segments"]] == [TEN, TEN + 60_000, TEN + 120_000]
    assert [one["speaker"] for one in found["segments"]] == ["Li Na", "Jan", "Li Na"]


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("Jan: We need it.", "Jan: We need it."),
        ("Dr. Jan de Vries: yes", "Dr. Jan de Vries: yes"),
        ("王伟：请问\n什么时候", "王伟: 请问什么时候"),
        ("Speaker 1: yes\nSpeaker 2: no", "Speaker 1: yes\nSpeaker 2: no"),
        ("<v.loud Jan>Hey</v> <v Li>Yes?</v>", "Jan: Hey\nLi: Yes?"),
        ("- Tea?\n- Yes,\nplease", "Tea?\nYes, please"),
        ("<i>We</i> need <c.red>it</c> {\\an8}now &amp; here", "We need it now & here"),
        ("see http://acme.example at 10:30", "see http://acme.example at 10:30"),
        ("and note: this is no name", "and note: this is no name"),
        ("<b></b>x < y", "x < y"),
    ],
)
def test_who_says_what_is_told_by_voices_names_and_dashes(reader: Reader, cue: str, text: str) -> None:
    assert reader.one(vtt(cue))["text"] == text
    assert reader.one(f"1\n00:00:01,000 --> 00:00:02,000\n{cue}\n")["text"] == text


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("2025-03-14T10:00+01:00.vtt", TEN),
        ("2025-03-14T09-00-00Z Acme.srt", TEN),
        ("20250314T170000.vtt", TEN),
        ("2025-03-14 17.00 call.vtt", TEN),
        ("2025-03-14_1700.vtt", TEN),
        ("2025-03-14 Acme.vtt", TEN - 17 * 3_600_000),
        ("20250314.vtt", TEN - 17 * 3_600_000),
    ],
)
def test_the_name_of_the_file_says_when_it_was_in_local_time(reader: Reader, name: str, at: int) -> None:
    found = reader.one(vtt("x"), name=name, timezone=SHANGHAI)
    assert (found["at"], found["at_source"]) == (at, "stated")


@pytest.mark.parametrize(
    "head",
    [
        "WEBVTT\n\nNOTE recorded: 2025-03-14T10:00+01:00",
        "WEBVTT\n\nNOTE\nRecorded at: 2025-03-14 17:00",
        "WEBVTT - call\nKind: captions\nDate: 2025-03-14T09:00:00Z",
    ],
)
def test_a_note_in_the_file_says_when_it_was(reader: Reader, head: str) -> None:
    found = reader.one(vtt("x", head=head), timezone=SHANGHAI)
    assert (found["at"], found["at_source"], found["text"]) == (TEN, "stated", "x")


@pytest.mark.parametrize("name", ["call.vtt", "2025-13-14 call.vtt", "12345678.vtt", "0001-01-01.vtt"])
def test_without_a_date_the_file_says_when_it_was_and_segments_do_not(reader: Reader, name: str) -> None:
    found = reader.one(vtt("x"), name=name)
    assert (found["at"], found["at_source"]) == (MODIFIED, "file")
    assert found["segments"][0]["at"] is None


def test_a_corrected_transcript_is_the_same_call_where_its_date_is_known(reader: Reader) -> None:
    def ids(name: str) -> set[str]:
        return {reader.one(vtt(words), name=name)["id"] for words in ("wrong", "right")}

    assert len(ids("2025-03-14 Acme.vtt")) == 1
    assert len(ids("call.vtt")) == 2
    assert ids("2025-03-14 Acme.vtt") != ids("2025-03-15 Acme.vtt")


@pytest.mark.parametrize(
    ("cue", "reason", "field"),
    [
        ("00:00:0x.000 --> 00:00:10.000\nlost", "bad_syntax", "time"),
        ("00:00:01.000 -> 00:00:10.000\nlost", "missing_field", "time"),
        ("just words", "missing_field", "time"),
        ("00:00:01.000 --> 00:00:02.000\n<b> </b>", "empty", "text"),
    ],
)
def test_a_broken_cue_is_rejected_beside_the_call(reader: Reader, cue: str, reason: str, field: str) -> None:
    call = vtt("one") + f"\n{cue}\n\n5\n00:05.000 --> 00:06.000\ntwo"
    (refused,) = reader.rejected(call)
    assert (refused.reason, refused.field, refused.place) == (reason, field, 6)
    assert [found["text"] for found in reader.payloads(call)] == ["one\ntwo"]


def test_cues_of_srt_need_no_empty_line_between_them(reader: Reader) -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n"
    assert reader.one(cues)["text"] == "one\ntwo"


def test_a_call_among_our_own_people_is_internal(reader: Reader) -> None:
    call = vtt("Li Na: hi", "Pieter: hi")
    assert reader.one(call, staff=frozenset({"li na", "Pieter"}))["direction"] == "internal"
    assert reader.one(call, staff=frozenset({"li na"}))["direction"] == "unknown"


@pytest.mark.parametrize("text", ["", "words\n", "1\n2\n"])
def test_a_file_without_cues_is_no_transcript(reader: Reader, text: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        reader.entries(text)
    assert refused.value.data["field"] == "file"


def test_a_transcript_beyond_all_measure_is_rejected(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "CALL_LIMIT", 1000)
    (refused,) = reader.rejected(vtt("words\n" * 200))
    assert (refused.reason, refused.field) == ("too_big", "call")
    assert reader.parsed(vtt("words\n" * 200)) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(["Li Na", "Jan de Vries", "王伟"]), st.text(max_size=80))))
def test_segments_point_at_the_words(reader: Reader, said: list[tuple[str, str]]) -> None:
    plain = [(who, one_line(f"say {words}".translate(dict.fromkeys(b"<>&{-")))) for who, words in said]
    for one in reader.payloads(vtt(*(f"<v {who}>{words}" for who, words in plain))):
        pointed = [(part["speaker"], one["text"][part["start"] : part["end"]]) for part in one["segments"]]
        assert pointed == plain
