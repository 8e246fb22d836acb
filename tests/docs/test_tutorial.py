"""The tutorial runs as it stands, and its commands say what it says they say."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
END = "--- end of block"


@dataclass(frozen=True)
class Step:
    """Commands, and the lines that they are said to print ("…" stands for anything)."""

    commands: str
    expected: tuple[str, ...] = ()


def steps(text: str) -> list[Step]:
    found: list[Step] = []
    for kind, body in BLOCK.findall(text):
        if kind == "sh":
            found.append(Step(body))
        else:
            found[-1] = Step(found[-1].commands, tuple(body.splitlines()))
    return found


def prints(line: str, output: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in line.split("…"))
    return re.search(f"^{pattern}$", output, flags=re.MULTILINE) is not None


@pytest.mark.timeout(600)
def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    tutorial = steps((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    script = "".join(f"{step.commands}\necho '{END}'\n" for step in tutorial)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("KBCRM_")}
    environ = ours | {"PATH": f"{Path(sys.executable).parent}:{ours['PATH']}", "TMPDIR": str(tmp_path)}
    stop = "trap 'kbcrm graph stop >/dev/null' EXIT\n"
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", stop + script],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    outputs = done.stdout.split(f"{END}\n")
    for step, output in zip(tutorial, outputs, strict=False):
        for line in step.expected:
            assert prints(line, output), f"not printed: {line}\nbut: {output}\n{done.stderr}"
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(outputs) == len(tutorial) + 1
