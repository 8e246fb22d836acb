"""The vocabulary as a page of documentation: `python -m ontology.reference` prints docs/ontology.md."""

import sys
from collections.abc import Iterator

from ontology.terms import (
    GROUPS,
    INTERACTION_CHANNELS,
    KINDS,
    NODE_TYPES,
    PREDICATES,
    QUALIFIERS,
    STANDING,
    STATUSES,
)
from ontology.vocabulary import Label, Predicate

INTRODUCTION = """\
# The vocabulary

Generated from `ontology/crm.ttl` by `python -m ontology.reference > docs/ontology.md`; a test compares the
two. `crm.ttl` says more: comments, sources, and the alignments to ORG, vCard, schema.org, SKOS, PROV-O,
OWL-Time, SOSA, QUDT and OSLC-RM (`alignments.ttl`); `shapes.ttl` says what a sound graph must satisfy
(`kbcrm validate`).

A fact states a predicate of a subject. *One at a time* means that a new value supersedes the old one for
the time that it covers (per unit: for each currency on its own). *Shared* facts may be seen by the customer
they are about."""


def text() -> str:
    """The whole page, ending in a newline."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    standing = " > ".join(STANDING)
    yield f"\nWhere facts contradict each other, standing decides: {standing},"
    yield "unless the table says otherwise."
    for group, label in GROUPS.items():
        members = [predicate for predicate in PREDICATES.values() if predicate.group == group]
        if members:
            yield f"\n## {label.en} · {label.zh}\n"
            yield "| predicate | English | 中文 | of | value | one at a time | shared | standing |"
            yield "|---|---|---|---|---|---|---|---|"
            yield from (_row(predicate) for predicate in sorted(members, key=lambda p: p.name))
    yield "\n## Qualifiers\n\nWhat narrows a fact beside its value.\n"
    yield "| name | English | 中文 | says |\n|---|---|---|---|"
    for each in QUALIFIERS.values():
        says = ", ".join(each.codes) or each.range or "a product or feature"
        yield f"| `{each.name}` | {each.label_en} | {each.label_zh} | {says} |"
    yield from _list("Kinds of knowledge", KINDS)
    yield from _list("Statuses", STATUSES)
    yield from _list("Channels of interactions", INTERACTION_CHANNELS)
    yield "\n## Nodes\n\n| label | English | 中文 | indexed |\n|---|---|---|---|"
    for kind in NODE_TYPES.values():
        yield f"| `{kind.name}` | {kind.label_en} | {kind.label_zh} | {', '.join(kind.indexed)} |"


def _row(predicate: Predicate) -> str:
    once = "per unit" if predicate.functional_per_unit else ("yes" if predicate.functional else "no")
    order = "" if predicate.standing == STANDING else " > ".join(predicate.standing)
    unit = f" ({predicate.unit})" if predicate.unit else ""
    cells = (
        f"`{predicate.name}`",
        predicate.label_en,
        predicate.label_zh,
        ", ".join(predicate.domain),
        f"{predicate.object_class or predicate.range}{unit}",
        once,
        "yes" if predicate.shareable else "no",
        order,
    )
    return "| " + " | ".join(cells) + " |"


def _list(title: str, labels: dict[str, Label]) -> Iterator[str]:
    yield f"\n## {title}\n\n| name | English | 中文 |\n|---|---|---|"
    yield from (f"| `{name}` | {label.en} | {label.zh} |" for name, label in labels.items())


if __name__ == "__main__":
    sys.stdout.write(text())
