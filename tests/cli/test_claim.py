"""One server for one data folder, and what a crash left is recognised."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from kb.errors import Unavailable
from webapp.claim import NAME, Claimed, Holder, claimed, end_leftover

URL = "http://127.0.0.1:5080"


def test_a_second_server_of_a_folder_hears_where_the_first_serves(tmp_path: Path) -> None:
    with claimed(tmp_path / "var") as claim:
        claim.announce(URL)
        with pytest.raises(Claimed) as raised, claimed(tmp_path / "var"):
            pass
    assert raised.value.holder == Holder(pid=os.getpid(), url=URL)


def test_a_clean_end_leaves_nothing_to_tell(tmp_path: Path) -> None:
    with claimed(tmp_path) as claim:
        claim.announce(URL)
    with claimed(tmp_path) as claim:
        assert claim.left is None


CRASH = """
import os, signal, sys, subprocess
from pathlib import Path
from webapp.claim import claimed
with claimed(Path(sys.argv[1])) as claim:
    web = subprocess.Popen(["sleep", "600"], start_new_session=True)
    claim.announce("http://127.0.0.1:5080", web.pid)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_crash_left_is_recognised_and_its_web_server_ended(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False)
    with claimed(tmp_path) as claim:
        assert claim.left is not None
        assert claim.left.web is not None
        web = psutil.Process(claim.left.web)
        assert end_leftover(claim.left)
    web.wait(10)
    assert not web.is_running()


def test_a_process_that_took_over_the_number_is_left_alone(tmp_path: Path) -> None:
    me = psutil.Process()
    assert not end_leftover(Holder(pid=1, url=URL, web=me.pid, web_began=me.create_time() - 60))


def test_a_mark_that_was_cut_short_is_no_mark(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"pid": 12, "u')
    with claimed(tmp_path) as claim:
        assert claim.left is None


def test_a_folder_that_cannot_be_written_to_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="Set KBCRM_HOME"), claimed(tmp_path / "file"):
        pass
