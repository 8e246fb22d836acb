"""A language model on the command line: chosen, compared, fallen back from, and looked at by the doctor."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ingest.extract.language_model.fake import MODEL, Fake, Reply, facts, serving
from tests.cli.test_cli_docs import documented
from webapp.cli import main

TEXT = "We need 40 units that fit through a 60 cm door. The filter is a delight."
CHINESE = "我们需要四十台能过六十厘米门的设备。新的过滤器真好用。"
KEY = "sk-open-sesame"
ANSWER = facts(
    {"kind": "need", "quote": "We need 40 units that fit through"},
    {"kind": "need", "quote": "我们需要四十台能过六十厘米门的设备"},
    {"kind": "question", "quote": "fit through a 60 cm door"},
)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving(lambda _: ANSWER) as endpoint:
        yield endpoint


def run(home: Path, fake: Fake | None, *words: str, input: str = TEXT, **settings: str) -> Result:
    here = {"KBCRM_HOME": str(home / "var")} | settings
    if fake:
        here |= {"KBCRM_LLM_URL": fake.url, "KBCRM_LLM_MODEL": MODEL, "KBCRM_LLM_KEY": KEY}
    return CliRunner().invoke(main, words, input=input, env=here)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_model_that_is_set_reads_where_it_is_asked_to(tmp_path: Path, fake: Fake) -> None:
    words = ("extract", "-", "--json", "--with", "language-model")
    need, question = lines(run(tmp_path, fake, *words))
    assert (need["kind"], need["text"], question["kind"]) == (
        "need",
        "We need 40 units that fit through",
        "question",
    )
    assert need["version"].startswith("llm/fake/")
    (chinese,) = lines(run(tmp_path, fake, *words, input=CHINESE))
    assert chinese["text"] == "我们需要四十台能过六十厘米门的设备"
    asked = len(fake.asked)
    ours = lines(run(tmp_path, fake, "extract", "-", "--json"))
    assert {one["version"].partition("/")[0] for one in ours} == {"built-in"}
    assert len(fake.asked) == asked


def test_without_an_endpoint_it_says_what_to_set(tmp_path: Path) -> None:
    for words in (("--with", "language-model"), ("--compare",)):
        result = run(tmp_path, None, "extract", "-", *words)
        assert result.exit_code == 1
        assert "KBCRM_LLM_URL" in result.stderr


def test_a_spent_budget_is_told_and_the_built_in_extractor_reads(tmp_path: Path, fake: Fake) -> None:
    words = ("extract", "-", "--json", "--with", "language-model")
    result = run(tmp_path, fake, *words, KBCRM_LLM_REQUESTS="0")
    assert {one["version"].partition("/")[0] for one in lines(result)} == {"built-in"}
    assert "KBCRM_LLM_REQUESTS" in result.stderr
    assert "The built-in extractor reads instead." in result.stderr
    assert fake.asked == []


def test_the_two_are_compared(tmp_path: Path, fake: Fake) -> None:
    compared = lines(run(tmp_path, fake, "extract", "-", "--json", "--compare"))
    assert list(compared[0]) == list(documented(having="found_by"))
    by = {one["found_by"]: one for one in compared}
    assert by["both"]["built_in"]["kind"] == by["both"]["language_model"]["kind"] == "need"
    assert "end" in by["both"]["differing"]
    assert by["language-model"]["built_in"] is None
    assert by["built-in"]["built_in"]["kind"] == "praise"
    told = run(tmp_path, fake, "extract", "-", "--compare").stdout
    assert "language-model  0.85  question: fit through a 60 cm door" in told
    assert "built-in" in told


def test_compared_with_a_model_that_fails_it_says_so(tmp_path: Path) -> None:
    with serving(lambda _: Reply(status=401)) as refusing:
        result = run(tmp_path, refusing, "extract", "-", "--compare")
    assert result.exit_code == 1
    assert "Check KBCRM_LLM_KEY." in result.stderr
    assert KEY not in result.output


@pytest.mark.parametrize(
    ("listing", "verdict", "says"),
    [
        (Reply(raw=b'{"data": [{"id": "fake"}]}'), "ok", "answers"),
        (Reply(raw=b"{}"), "ok", "answers"),
        (Reply(status=404), "ok", "lists no models"),
        (Reply(raw=b'{"data": [{"id": "other"}]}'), "wrong", "no such model"),
        (Reply(status=401, raw=KEY.encode()), "wrong", "refuses the key"),
        (Reply(status=500), "wrong", "answers 500"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}), "wrong", "answers 302"),
    ],
    ids=str,
)
def test_the_doctor_asks_whether_it_answers(tmp_path: Path, listing: Reply, verdict: str, says: str) -> None:
    with serving(lambda _: ANSWER, listing=listing) as fake:
        result = run(tmp_path, fake, "doctor", "--json")
        assert [one.path for one in fake.asked] == ["/v1/models"]
    (found,) = (
        one for one in map(json.loads, result.stdout.splitlines()) if one["about"] == "language model"
    )
    assert (found["verdict"], says in found["says"]) == (verdict, True)
    assert KEY not in result.output


def test_the_doctor_says_where_nobody_answers_and_where_none_is_set(tmp_path: Path) -> None:
    with serving(lambda _: ANSWER) as fake:
        gone = fake
    assert "does not answer" in run(tmp_path, gone, "doctor").stdout
    assert "none is set" in run(tmp_path, None, "doctor").stdout
