"""The seed set: whose texts they are, what labels they have, who learns from them."""

from ingest.extract.classifiers.examples import (
    TASKS,
    examples_of,
    second_sentences,
    second_texts,
    seed_examples,
    whole_texts,
)
from ingest.extract.classifiers.model import spoken


def test_the_seed_set_has_examples_of_every_label_in_both_languages() -> None:
    for task, least in (("talk-act", 200), ("complaint", 200), ("sentiment", 200)):
        labels = [example.label for example in seed_examples(task)]
        assert min(labels.count(label) for label in set(labels)) >= least


def test_whole_texts_complain_and_do_not_and_are_developed_on_other_industries() -> None:
    learnt = [*whole_texts(), *second_texts()]
    left = [*whole_texts("development"), *whole_texts("development-second")]
    for texts in (learnt, left):
        labels = [one.label for one in texts]
        assert labels.count("true") == labels.count("false")
    assert not {one.domain for one in learnt} & {one.domain for one in left}
    assert not {one.text for one in learnt} & {one.text for one in left}
    assert len({one.text for one in left}) == len(left)


def test_sentences_of_the_second_author_are_in_both_languages_and_in_no_table() -> None:
    there = [task for task in TASKS if second_sentences(task)]
    assert there == ["talk-act", "suggestion"]
    for task in there:
        examples = second_sentences(task)
        known = {one.text for one in seed_examples(task)}
        assert {spoken(one.text) for one in examples} == {"en", "zh"}
        assert {one.label for one in examples} <= {one.label for one in seed_examples(task)}
        assert not {one.text for one in examples} & known
        assert len({one.text for one in examples}) == len(examples)
        learnt = {one.text for one in examples_of(task)} >= {one.text for one in examples}
        assert learnt == (task != "talk-act")  # acts are kept for a model that gains by them


def test_where_whole_texts_are_learnt_from_sentences_count_little() -> None:
    singles, whole = seed_examples("complaint"), [*whole_texts(), *second_texts()]
    examples = examples_of("complaint")
    assert [one.text for one in examples] == [one.text for one in (*singles, *whole)]
    assert sum(one.weight for one in examples[: len(singles)]) < sum(one.weight for one in whole)
