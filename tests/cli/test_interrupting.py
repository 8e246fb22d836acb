"""Ctrl-C in the middle of a file: one sentence, nothing lost, and `runs resume` goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kb.model.ledger import RunStatus
from kb.store import database
from kb.store.ledger import Ledger
from tests.cli.conftest import Kbcrm
from webapp.settings import read

LINES = 12_000


def test_a_file_that_was_interrupted_is_resumed(kbcrm: Kbcrm, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    lines = (f"M{n // 3},31/07/2026,K-{n % 50},VX-50,1,10.00\n" for n in range(LINES))
    file.write_text("order,date,customer,product,quantity,price\n" + "".join(lines))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
    ingest = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "ingest", "orders", str(file), "--json"],
        env=ours | {"KBCRM_HOME": str(kbcrm.home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (landing := kbcrm.lines("runs", "list", "--limit", "1")[0])["records"] or (
        landing["title"] != file.name
    ):
        assert ingest.poll() is None
        time.sleep(0.02)
    assert landing["status"] == "running"
    ingest.send_signal(signal.SIGINT)
    printed, said = ingest.communicate(timeout=60)
    assert ingest.returncode == 130
    assert printed == ""
    assert said == "\nInterrupted. What was begun goes on with `kbcrm runs resume`.\n"

    assert f"Run {landing['id']} ({file.name}): done" in kbcrm.run("runs", "resume")
    (shown,) = kbcrm.lines("runs", "show", landing["id"])
    assert (shown["records"], shown["accepted"], shown["status"]) == (LINES, LINES, "done")
    kbcrm.run("runs", "revert", landing["id"])


def test_a_run_that_gave_up_is_resumed_and_told_to_programs(kbcrm: Kbcrm, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,name\nT-7,seven\n")
    (summary,) = kbcrm.lines("ingest", "products", tmp_path / "p.csv")
    engine = database.connect(read({"KBCRM_HOME": str(kbcrm.home)}).database_url)
    ledger = Ledger(engine, lambda: time.time_ns() // 1_000_000)
    ledger.finish(ledger.run(summary["run"]), RunStatus.STOPPED, problem="The disk was full.")
    engine.dispose()
    assert "Your role does not allow" in kbcrm.fail("--as", "pieter", "runs", "resume", "--json")
    (ended,) = kbcrm.lines("runs", "resume")
    assert (ended["id"], ended["status"], ended["reason"]) == (summary["run"], "done", None)
    assert kbcrm.lines("runs", "resume") == []
    kbcrm.run("runs", "revert", summary["run"])
