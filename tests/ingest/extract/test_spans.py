"""Units, the network over them, and a tagger that learns spans from examples."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest.extract.spans import network
from ingest.extract.spans.learning import Labelled, learn
from ingest.extract.spans.stored import described, read_folder, tagger_arrays, tagger_of, write_folder
from ingest.extract.spans.tagger import Tagger
from ingest.extract.spans.units import LONGEST, WIDTH, states, units, written
from kb.errors import Invalid

THINGS = ("pump", "valve", "filter", "motor", "sensor", "press")
EXAMPLES = [
    *(
        Labelled(
            f"The {thing} is broken.",
            ((4, 4 + len(thing), "thing"), (8 + len(thing), 14 + len(thing), "state")),
        )
        for thing in THINGS
    ),
    *(
        Labelled(f"{thing}坏了。", ((0, 2, "thing"), (2, 4, "state")))
        for thing in ("水泵", "阀门", "滤芯", "电机")
    ),
    *(Labelled(text, ()) for text in ("See you on Monday.", "周一见。", "Thank you.", "谢谢！")),
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return learn(EXAMPLES)


def spans(tagger: Tagger, text: str) -> list[tuple[str, str]]:
    (read,) = tagger.read([text])
    return [
        (text[read.units[one.first].start : read.units[one.last - 1].end], one.label) for one in read.spans
    ]


def test_units_are_characters_words_numbers_and_marks() -> None:
    text = "我 用HP-200，很好!"
    assert [one.text for one in units(text)] == ["我", "用", "HP", "-", "200", "，", "很", "好", "!"]
    assert all(text[one.start : one.end] == one.text for one in units(text))
    assert units(" \n") == []


def test_each_unit_has_a_row_whatever_the_text_is() -> None:
    texts = ["", " ", "The ﬁne pump…", "浙商银行ＡＢＣ 12.5公斤", "水泵" * LONGEST, "x" * 3000, "🙂\n\n🙂"]
    rows = states(texts)
    assert [row.shape for row in rows] == [(len(units(text)), WIDTH) for text in texts]
    assert all(np.isfinite(row).all() for row in rows)


def test_a_unit_is_seen_the_same_alone_and_among_other_texts() -> None:
    alone, among = (
        states(["The pump leaks."])[0],
        states(["电机坏了。", "The pump leaks.", "A longer text, too."])[1],
    )
    assert np.abs(alone - among).max() < 1e-3


def test_slopes_are_those_of_the_loss() -> None:
    order = np.random.default_rng(1)
    weights = network.fresh(5, 7, 3, order)
    weights["wide"] += order.standard_normal(weights["wide"].shape).astype(np.float32)
    rows = [order.standard_normal((length, 5)) for length in (4, 1, 6)]
    columns = [[np.array([n % 7, 3]) for n in range(len(row))] for row in rows]
    batch = network.laid([row.astype(np.float32) for row in rows], columns, 7)
    towards = (order.standard_normal((len(batch.rows), 3)) * batch.there).astype(np.float32)

    def loss() -> float:
        return float((network.forward(weights, batch).scores * towards).sum())

    found = network.slopes(weights, network.forward(weights, batch), towards)
    for name, weight in weights.items():
        slope = np.zeros_like(weight)
        if name == "wide":
            slope[found[name][0]] = found[name][1]
        else:
            slope = found[name]
        for _ in range(5):
            place = tuple(order.integers(0, size) for size in weight.shape)
            kept, step = weight[place], 1e-3  # numbers are of single precision
            weight[place] = kept + step
            more = loss()
            weight[place] = kept - step
            less = loss()
            weight[place] = kept
            assert slope[place] == pytest.approx((more - less) / (2 * step), abs=0.02), name


def test_texts_of_a_batch_do_not_touch() -> None:
    order = np.random.default_rng(2)
    weights = network.fresh(5, 1, 3, order)
    rows = [order.standard_normal((length, 5)).astype(np.float32) for length in (3, 2)]
    nothing = [[np.zeros(0, np.int64)] * len(row) for row in rows]
    together = network.laid(rows, nothing, 1)
    scores = network.forward(weights, together).scores
    for row, columns, (start, end) in zip(rows, nothing, together.places, strict=True):
        alone = network.laid([row], [columns], 1)
        apart = network.forward(weights, alone).scores[network.GAP : -network.GAP]
        assert np.allclose(scores[start:end], apart, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The heater is broken.", [("heater", "thing"), ("broken", "state")]),
        ("门锁坏了。", [("门锁", "thing"), ("坏了", "state")]),
        ("Thank you.", []),
        ("", []),
    ],
)
def test_what_the_examples_show_is_learnt(tagger: Tagger, text: str, found: list[tuple[str, str]]) -> None:
    assert spans(tagger, text) == found


def test_a_span_goes_on_only_where_it_began(tagger: Tagger) -> None:
    scores = np.random.default_rng(3).standard_normal((200, len(tagger.tags))).astype(np.float32) * 3
    found = tagger.best(scores)
    assert all(one.first < one.last for one in found)
    assert all(one.last <= other.first for one, other in pairwise(found))


def test_the_same_texts_give_the_same_tagger_and_it_is_kept(tagger: Tagger, tmp_path: Path) -> None:
    again = learn(EXAMPLES)
    assert all(np.array_equal(one, again.weights[name]) for name, one in tagger.weights.items())
    write_folder(tmp_path / "model", "things", described(tagger), tagger_arrays(tagger))
    kept = tagger_of(*read_folder(tmp_path / "model", "things"))
    assert spans(kept, "The heater is broken.") == spans(tagger, "The heater is broken.")
    with pytest.raises(Invalid, match="trained for things"):
        read_folder(tmp_path / "model", "entities")
    with pytest.raises(Invalid, match="no trained model"):
        read_folder(tmp_path, "things")


def test_examples_without_a_span_teach_nothing() -> None:
    with pytest.raises(Invalid):
        learn([Labelled("Nothing here.", ())])


def test_how_units_are_written_tells_their_neighbours() -> None:
    first, second = written(units("new pump"))[1], written(units("old pump"))[1]
    assert set(first.tolist()) & set(second.tolist())
    assert set(first.tolist()) != set(second.tolist())
