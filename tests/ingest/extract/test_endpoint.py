"""An endpoint that fails, refuses, is slow or costs too much is asked again, given up, and told of."""

import socket
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from ingest.extract.language_model import Budget
from ingest.extract.language_model.budget import DAY, Spending
from ingest.extract.language_model.client import ATTEMPTS
from ingest.extract.language_model.fake import Answering, Asked, Reply, facts, serving
from ingest.extract.language_model.kept import Kept
from ingest.extract.pipeline import Message, shipped_extractor
from kb.errors import BudgetSpent, LanguageModelUnavailable, NoAnswer
from tests.ingest.extract.reading import KEY, TODAY, message, read, reader

NEED = facts({"kind": "need", "quote": "We need pumps"})
TEXT = "We need pumps."


def one_by_one(replies: Iterable[Reply]) -> Answering:
    """These replies, one after the other; then what is wanted."""
    left = iter(replies)
    return lambda _: next(left, NEED)


@pytest.mark.parametrize(
    "bad",
    [
        Reply(status=429),
        Reply(status=500),
        Reply(status=503, raw=b"busy"),
        Reply(raw=b"no json"),
        Reply(raw=b"{}"),
        Reply(raw=b'{"choices": [{"message": {"content": null}}]}'),
        Reply("no facts"),
        Reply(NEED.content, finish_reason="length"),
    ],
    ids=str,
)
def test_what_may_pass_is_asked_again_but_not_for_ever(tmp_path: Path, bad: Reply) -> None:
    waits: list[float] = []
    with serving(one_by_one([bad, bad])) as fake:
        assert read(reader(fake, tmp_path, wait=waits.append), TEXT)
        assert len(fake.asked) == 3
    assert waits == [1.0, 2.0]
    with serving(lambda _: bad) as fake:
        with pytest.raises(NoAnswer):
            read(reader(fake, tmp_path / "again"), TEXT)
        assert len(fake.asked) == ATTEMPTS


def test_one_waits_as_long_as_the_endpoint_asks_within_reason(tmp_path: Path) -> None:
    waits: list[float] = []
    busy = [Reply(status=429, headers={"Retry-After": said}) for said in ("7", "99999")]
    with serving(one_by_one(busy)) as fake:
        read(reader(fake, tmp_path, wait=waits.append), TEXT)
    assert waits == [7.0, 30.0]


def test_an_endpoint_that_does_not_answer_in_time_is_given_up(tmp_path: Path) -> None:
    def slow(_: Asked) -> Reply:
        time.sleep(0.6)
        return NEED

    with serving(slow) as fake, pytest.raises(NoAnswer, match="does not answer"):
        read(reader(fake, tmp_path, timeout=0.1), TEXT)


def test_where_nobody_listens_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(NoAnswer, match=r"127\.0\.0\.1"):
            read(reader(url, tmp_path), TEXT)


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 413, 418])
def test_what_will_not_pass_is_told_at_once(tmp_path: Path, status: int) -> None:
    with serving(lambda _: Reply(status=status, headers={"Location": "http://127.0.0.1:9/"})) as fake:
        with pytest.raises(LanguageModelUnavailable, match=str(status)) as raised:
            read(reader(fake, tmp_path), TEXT)
        assert not isinstance(raised.value, NoAnswer)
        assert len(fake.asked) == 1


def test_what_an_endpoint_does_not_know_is_left_out_and_stays_out(tmp_path: Path) -> None:
    def old(asked: Asked) -> Reply:
        return Reply(status=400) if "response_format" in asked.body else NEED

    with serving(old) as fake:
        extractor = reader(fake, tmp_path)
        assert read(extractor, TEXT)
        read(extractor, "Another text.")
        first, second, third = (one.body for one in fake.asked)
    assert first["response_format"]["type"] == "json_schema"
    assert "response_format" not in second
    assert "response_format" not in third
    assert first["temperature"] == second["temperature"] == 0


def test_the_key_is_sent_as_a_key_and_told_to_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    for status in (401, 429, 500, 400):
        echo = Reply(status=status, raw=f"Incorrect API key provided: {KEY}".encode())
        with serving(lambda _, echo=echo: echo) as fake:  # type: ignore[misc]
            extractor = reader(fake, tmp_path)
            with pytest.raises(LanguageModelUnavailable) as raised:
                read(extractor, TEXT)
            assert fake.asked[0].headers["Authorization"] == f"Bearer {KEY}"
        told += [str(raised.value), repr(raised.value.data), repr(extractor.client.endpoint)]
    told += capfd.readouterr()
    assert KEY not in "".join(told)
    assert KEY not in extractor.version
    assert not any(KEY.encode() in path.read_bytes() for path in tmp_path.iterdir())


def test_a_spent_budget_is_told_and_the_rest_is_read_by_the_built_in_extractor(tmp_path: Path) -> None:
    told: list[LanguageModelUnavailable] = []
    texts = [f"We need {n} pumps that are quiet." for n in range(6)]
    ours = shipped_extractor()
    with serving(lambda asked: facts({"kind": "need", "quote": asked.told["text"]})) as fake:
        extractor = reader(
            fake, tmp_path, budget=Budget(tokens=10**9, requests=3), otherwise=ours, tell=told.append
        )
        found = [*extractor.extract([message(text) for text in texts])]
        assert len(fake.asked) == 3
    versions = [one[0].version for one in found]
    by_the_model = versions.count(extractor.version)  # those under way may be spent for nothing
    assert by_the_model <= 3
    assert versions == [extractor.version] * by_the_model + [ours.version] * (6 - by_the_model)
    (reason,) = told
    assert isinstance(reason, BudgetSpent)
    assert "3 requests" in str(reason)
    assert "KBCRM_LLM_REQUESTS" in str(reason)


def test_tokens_are_counted_over_processes_and_the_next_day_begins_anew(tmp_path: Path) -> None:
    budget = Budget(tokens=5_000, requests=100)
    with serving(lambda _: NEED) as fake:
        read(reader(fake, tmp_path, budget=budget), TEXT)
        other = reader(fake, tmp_path, budget=budget)
        with pytest.raises(BudgetSpent, match="KBCRM_LLM_BUDGET"):
            for n in range(9):
                read(other, f"We need pumps, all {n} of them.")
        assert 1 < len(fake.asked) < 9
        read(reader(fake, tmp_path, budget=budget, day=TODAY + 1), "We need pumps tomorrow.")
    spent = Spending(budget, tmp_path, lambda: TODAY * DAY).today()
    assert spent == (len(fake.asked) - 1, 1100 * (len(fake.asked) - 1))


def test_what_costs_nothing_is_still_read_when_the_budget_is_spent(tmp_path: Path) -> None:
    with serving(lambda _: NEED) as fake:
        first = read(reader(fake, tmp_path), TEXT)
        assert read(reader(fake, tmp_path, budget=Budget(tokens=0, requests=0)), TEXT) == first


def test_one_bad_message_does_not_cost_the_others_their_reader(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        text = asked.told["text"]
        return Reply("Never!") if "bad" in text else facts({"kind": "need", "quote": text})

    told: list[str] = []
    texts = ["We need one", "We need a bad one", "We need two", "We need three"]
    ours = shipped_extractor()
    with serving(answer) as fake:
        extractor = reader(fake, tmp_path, otherwise=ours, tell=lambda e: told.append(str(e)))
        found = [*extractor.extract([message(text) for text in texts])]
    versions = [{one.version for one in each} for each in found]
    assert versions[0] == versions[2] == versions[3] == {extractor.version}
    assert versions[1] <= {ours.version}
    assert len(told) == 1


def test_an_endpoint_that_is_down_is_not_asked_about_every_message(tmp_path: Path) -> None:
    told: list[str] = []
    texts: list[Message] = [message(f"We need {n} pumps that are quiet.") for n in range(20)]
    with serving(lambda _: Reply(status=500)) as fake:
        extractor = reader(fake, tmp_path, otherwise=shipped_extractor(), tell=lambda e: told.append(str(e)))
        found = [*extractor.extract(texts)]
        assert len(fake.asked) <= 8 * ATTEMPTS
    assert len(found) == 20
    assert all(one[0].version and one[0].version.startswith("built-in/") for one in found)
    assert len(told) == 3


def test_what_was_kept_can_be_forgotten(tmp_path: Path) -> None:
    with serving(lambda _: NEED) as fake:
        read(reader(fake, tmp_path), TEXT)
        Kept(tmp_path).forget()
        read(reader(fake, tmp_path), TEXT)
        assert len(fake.asked) == 2


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with serving(lambda _: NEED) as fake, pytest.raises(LanguageModelUnavailable, match="KBCRM_HOME"):
        read(reader(fake, tmp_path / "file"), TEXT)
