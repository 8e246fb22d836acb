"""Customers of two teams that say things about products: promises, complaints, praise; for tests."""

from pathlib import Path

from kb.model.fact import Quote
from kb.ports import Graph
from tests.kb.drafts import link, mail, node, stated
from tests.kb.parts import DAY, START, World, world

C1, C2 = "customer:C-1", "customer:C-2"  # shanghai, rotterdam
ANN, BOB = "contact:ann@one", "contact:bob@two"
PUMP, OTHER, MOTOR, SEAL = "product:P-1", "product:P-2", "feature:motor", "feature:seal"
WORDS = {
    "mail:1": "The motor hums. We will pay by Friday. The seal leaks, the seal leaks!",
    "mail:2": "The motor is superb. Please send the drawings.",
}


def said(interaction: str, words: str) -> Quote:
    start = WORDS[interaction].index(words)
    return Quote(interaction, start, start + len(words), words)


def voiced(graph: Graph, folder: Path) -> World:
    made = world(graph, folder)
    made.run(
        node(C1, "Acme", team="shanghai", owner="li.na", name_zh="艾克米"),
        node(C2, "Bolt", team="rotterdam", owner="pieter"),
        node(ANN, "Ann", links=[("CONTACT_OF", C1)], email="ann@one"),
        node(BOB, "Bob", links=[("CONTACT_OF", C2)], email="bob@two"),
        node(MOTOR, "IE4 motor", name_zh="IE4 电机"),
        node(SEAL, "Seal"),
        node(PUMP, "Pump", links=[("HAS_FEATURE", MOTOR), ("HAS_FEATURE", SEAL)]),
        node(OTHER, "Other pump"),
        source="products",
    )
    first, *_ = mail("mail:1", WORDS["mail:1"])
    second, *_ = mail("mail:2", WORDS["mail:2"], at=START + 40 * DAY)
    made.run(
        *(first, link("mail:1", C1), link("mail:1", ANN), second, link("mail:2", C2), link("mail:2", BOB)),
        stated(
            C1,
            "complaint",
            "The motor hums",
            said("mail:1", "The motor hums"),
            statement="hums",
            since=START + 1000,
            qualifiers=(("about", MOTOR), ("polarity", "negative")),
        ),
        stated(
            ANN,
            "commitment",
            "We will pay",
            said("mail:1", "We will pay"),
            statement="pay",
            qualifiers=(("due", "2023-11-17"), ("holder", "customer")),
        ),
        stated(
            C1,
            "incident",
            "The seal leaks",
            said("mail:1", "leaks"),
            statement="leaks",
            qualifiers=(("about", SEAL),),
        ),
        stated(
            C2,
            "praise",
            "The motor is superb",
            said("mail:2", "superb"),
            statement="superb",
            since=START + 41 * DAY,
            qualifiers=(("about", MOTOR),),
        ),
        stated(
            BOB,
            "request",
            "send the drawings",
            said("mail:2", "send"),
            statement="send",
            since=START + 40 * DAY,
            qualifiers=(("about", PUMP),),
        ),
        source="mail",
    )
    return made
