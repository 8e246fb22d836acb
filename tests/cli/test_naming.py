"""Names and opinions on the command line: found by the shipped models, and by models of one's own."""

import json
from pathlib import Path

import pytest

from tests.cli.test_cli_docs import documented
from tests.cli.test_extracting import lines, run

MAIL = "Dear Ms Ortiz,\n\nplease send € 4,980 to Kloosterveen Dairy B.V. by 3 May.\n\nAnna Visser\n"
COMPLAINT = "The battery of the new scanner is terrible. We are very disappointed.\n"
THINGS = ("pump", "valve", "motor", "press", "lamp", "drill", "scale", "tent", "sofa", "desk", "oven", "lock")


def test_what_a_mail_names_with_the_very_words() -> None:
    found = lines(run("entities", "-", "--json", input=MAIL))
    assert all(MAIL[one["start"] : one["end"]] == one["text"] for one in found)
    assert {("amount", "€ 4,980"), ("date", "3 May"), ("name", "Anna Visser")} <= {
        (one["type"], one["text"]) for one in found
    }
    assert list(found[0]) == list(documented(having="type"))


def test_people_read_the_same_in_a_line_each(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_bytes("李强在上海，运费三万五千元。\n".encode("gb18030"))
    said = run("entities", tmp_path / "m.txt", "--lang", "zh").stdout
    assert "name: 李强" in said
    assert "amount: 三万五千元" in said


def test_opinions_are_candidates_of_their_own() -> None:
    found = lines(run("extract", "-", "--json", input=COMPLAINT))
    (opinion,) = (one for one in found if one["kind"] == "opinion" and one["aspect"])
    assert (opinion["aspect"], opinion["polarity"]) == ("battery", "negative")
    assert list(opinion) == list(documented(having="opinion"))
    said = run("extract", "-", input=COMPLAINT).stdout
    assert "about battery" in said


def opinions() -> str:
    rows = []
    for n, thing in enumerate(THINGS):
        word, polarity = ("great", "positive") if n % 2 else ("awful", "negative")
        start = 8 + len(thing)
        opinion = {"target": [4, 4 + len(thing)], "opinion": [start, start + 5], "polarity": polarity}
        rows.append({"text": f"The {thing} is {word}.", "opinions": [opinion]})
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_a_finder_of_opinions_is_trained_and_used(tmp_path: Path) -> None:
    (tmp_path / "o.jsonl").write_text(opinions())
    words = ("train", "--task", "opinion", "--data", tmp_path / "o.jsonl", "--out", tmp_path / "model")
    (figures,) = lines(run(*words, "--json"))
    assert figures["examples"] == len(THINGS)
    assert set(figures["held_out"]) == {"f1", "f1_without_polarity"}
    text = "The heater is awful, and we are very disappointed with your service."
    found = lines(run("extract", "-", "--json", "--model", tmp_path / "model", input=text))
    assert ("heater", "awful") in {(one["target"], one["opinion"]) for one in found}
    wrong = run("entities", "-", "--model", tmp_path / "model", input=text)
    assert wrong.exit_code == 1
    assert "was trained for opinion" in wrong.output


def test_a_finder_of_names_is_trained_and_used(tmp_path: Path) -> None:
    rows = [
        {"text": f"Please replace {n}X-{n} today.", "entities": [{"start": 15, "end": 19, "type": "part"}]}
        for n in range(1, 10)
    ]
    rows += [{"text": text, "entities": []} for text in ("Please call today.", "Thank you.")]
    rows.append({"text": "We need 7Z-8.", "entities": [{"start": 8, "end": 12, "type": "part"}]})
    (tmp_path / "e.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = run("train", "--task", "entities", "--data", tmp_path / "e.jsonl", "--out", tmp_path / "model")
    assert "part" in said.stdout
    text = "Please replace 4K-7 today."
    found = lines(run("entities", "-", "--json", "--model", tmp_path / "model", input=text))
    assert [(one["type"], one["text"]) for one in found if one["type"] == "part"] == [("part", "4K-7")]


@pytest.mark.parametrize("task", ["opinion", "entities"])
def test_examples_that_are_none_are_named_by_their_line(task: str, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "opinions": [], "entities": []}\nnonsense\n')
    words = ("--data", tmp_path / "bad.jsonl", "--out", tmp_path / "model")
    result = run("train", "--task", task, *words)
    assert result.exit_code == 1
    assert "line 2" in result.output
    assert not (tmp_path / "model").exists()
