"""What is said becomes candidates on the command line, without graph or server."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.test_cli_docs import documented
from webapp.cli import main

MAIL = (
    "Hi Tom,\n\nand we'll send you the drawings by Friday. We need 40 units that fit through a 60 cm door."
    "\n\nBest regards\nAnna"
)


def run(*words: str | Path, input: str = "") -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=input, catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_mail_becomes_candidates_with_the_very_words() -> None:
    words = ("extract", "-", "--at", "2026-03-04", "--by", "us", "--json")
    candidates = lines(run(*words, input=MAIL))
    commitment, need = candidates
    assert (commitment["kind"], commitment["holder"], commitment["date"]) == (
        "commitment",
        "us",
        "2026-03-06",
    )
    assert need["kind"] == "need"
    assert all(MAIL[one["start"] : one["end"]] == one["text"] for one in candidates)
    assert list(commitment) == list(documented(having="holder"))


def test_people_read_the_same_in_a_line_each() -> None:
    said = run("extract", "-", "--at", "2026-03-04", "--by", "us", input=MAIL).stdout
    assert "commitment: we'll send you the drawings by Friday (by us; due 2026-03-06)" in said


def test_chinese_in_gb_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_bytes("王总，您好！\n我们下周二把图纸发给您。\n".encode("gb18030"))
    (candidate,) = lines(run("extract", tmp_path / "m.txt", "--at", "2026-03-04", "--by", "us", "--json"))
    assert (candidate["kind"], candidate["date"]) == ("commitment", "2026-03-10")


def test_a_text_that_says_nothing_gives_no_line() -> None:
    assert lines(run("extract", "-", "--json", input="")) == []
    assert lines(run("extract", "-", "--json", input="> quoted\n> only\n")) == []


def test_a_moment_that_is_none_is_named() -> None:
    result = run("extract", "-", "--at", "soon", input="x")
    assert result.exit_code == 2
    assert "'soon' is no date or time" in result.output


def test_each_line_has_its_judgement_in_order() -> None:
    judged = lines(
        run("classify", "--task", "request", input="Please send the invoice again.\n\n发票收到了，谢谢。\n")
    )
    assert [one["label"] for one in judged] == ["true", None, "false"]
    assert judged[0]["probability"] > 0.5 > judged[2]["probability"]
    assert list(judged[0]) == list(documented(having="probability"))


def test_a_model_of_ones_own_is_trained_and_used(tmp_path: Path) -> None:
    things = ("pump", "valve", "motor", "filter", "sensor", "offer")
    examples = [{"text": f"Please add a {thing} view.", "label": True} for thing in things]
    examples += [{"text": f"The {thing} came on Monday.", "label": False} for thing in things]
    data = tmp_path / "examples.jsonl"
    data.write_text("".join(json.dumps(one) + "\n" for one in examples))
    words = ("train", "--task", "suggestion", "--data", data, "--out", tmp_path / "model")
    (figures,) = lines(run(*words, "--json"))
    assert figures["examples"] == 12
    assert list(figures) == list(documented(having="held_out"))
    assert "accuracy" in run(*words).stdout
    judged = lines(
        run(
            "classify",
            "--task",
            "suggestion",
            "--model",
            tmp_path / "model",
            input="Please add a lamp view.\n",
        )
    )
    assert judged[0]["label"] == "true"
    wrong = run("classify", "--task", "request", "--model", tmp_path / "model", input="x")
    assert wrong.exit_code == 1
    assert "was trained for suggestion" in wrong.output


def test_examples_that_are_none_are_named_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "label": true}\nnonsense\n')
    result = run(
        "train", "--task", "suggestion", "--data", tmp_path / "bad.jsonl", "--out", tmp_path / "model"
    )
    assert result.exit_code == 1
    assert "line 2" in result.output
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    "words", [("classify", "--task", "mood"), ("classify",), ("train", "--task", "request")]
)
def test_what_is_typed_wrongly_ends_with_2(words: tuple[str, ...]) -> None:
    assert run(*words, input="").exit_code == 2
