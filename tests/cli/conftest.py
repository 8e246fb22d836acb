"""The command line over a real data folder with its own embedded graph, filled once for all tests here."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kb.store import server
from webapp.cli import main

CONTACTS = """\
customer_no,organisation,country,team,account_manager,name,role,email
K-1,Harbour Laundry,NL,rotterdam,pieter,Anna Visser,plant manager,anna@harbour-laundry.example
K-2,东湖食品有限公司,CN,shanghai,li.na,周敏,采购经理,zhoumin@donghu.example
"""
ORDERS = """\
order,date,customer,product,quantity,price
1001,31/01/2026,K-1,VX-50,2,1980.00
1002,14/03/2026,K-1,SK-80,4,124.96
1003,20/05/2026,K-1,SK-80,four,124.96
1004,02/06/2026,K-2,VX-50,1,1980.00
"""


@dataclass(frozen=True)
class Kbcrm:
    """`kbcrm` on one data folder, as a terminal-less shell would call it."""

    home: Path

    def call(self, *words: object, **settings: str) -> Result:
        ours = {name: None for name in os.environ if name.startswith("KBCRM_")}
        here = {"KBCRM_HOME": str(self.home), "KBCRM_GRAPH_MEMORY": "512m", "KBCRM_READER": "off"} | settings
        return CliRunner().invoke(main, [str(word) for word in words], env={**ours, **here})

    def run(self, *words: object, **settings: str) -> str:
        """What it printed on stdout."""
        result = self.call(*words, **settings)
        assert result.exit_code == 0, f"{words}: {result.output} {result.exception!r}"
        return result.stdout

    def lines(self, *words: object, **settings: str) -> list[dict[str, Any]]:
        """The objects that it printed with --json, one a line."""
        return [json.loads(line) for line in self.run(*words, "--json", **settings).splitlines()]

    def fail(self, *words: object, **settings: str) -> str:
        """What it said on stderr: one sentence of ours, no traceback."""
        result = self.call(*words, **settings)
        assert result.exit_code == 1, f"{words}: {result.output} {result.exception!r}"
        assert "Traceback" not in result.output
        return result.stderr


@pytest.fixture(scope="session")
def kbcrm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kbcrm]:
    """A data folder with two customers, their orders (one line of them refused) and a user for each team."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    command = Kbcrm(folder / "var")
    try:
        command.run("ingest", "contacts", folder / "contacts.csv")
        command.run("ingest", "orders", folder / "orders.csv", "--currency", "EUR")
        for name, team in (("pieter", "rotterdam"), ("li.na", "shanghai")):
            command.run(
                *("users", "add", name, "--role", "account_manager"),
                *("--team", team, "--password", "long enough it is"),
            )
        yield command
    finally:
        server.stop(command.home)
