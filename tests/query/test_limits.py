"""A question ends: with its time, with its memory, with whoever asked it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iomld.errors import Mistakes, OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.limits import Limits, report, run_limited
from iomld.remote import Refused

PROGRAM = """
import os, sys, time
from pathlib import Path
from iomld.query.limits import Limits, run_limited
def load(): Path(sys.argv[1]).write_text(str(os.getpid()))
def work(_): time.sleep(60)
if __name__ == "__main__":
    run_limited(load, work, limits=Limits(60))
"""


def nothing() -> None:
    return None


def quick(_: None) -> str:
    return "done"


def slow(_: None) -> str:
    time.sleep(60)
    return "never"


def greedy(_: None) -> int:
    kept = []
    while True:
        kept.append(b"x" * 10_000_000)
        time.sleep(0.005)


def mistaken(_: None) -> None:
    refused = Refused("remote-refused", "two")
    refused.status = 500
    raise Mistakes([QueryError("query-syntax", "one", location=SourceLocation("q.rq", line=3), hint="h"), refused])


def buggy(_: None) -> None:
    raise ZeroDivisionError("ours")


def dead(_: None) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def telling(_: None) -> None:
    for number in range(3):
        report(number)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_the_answer_comes_back() -> None:
    assert run_limited(nothing, quick, limits=Limits(10)) == "done"
    assert run_limited(nothing, quick, limits=Limits(None)) == "done"


def test_the_time_is_kept() -> None:
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        run_limited(nothing, slow, limits=Limits(0.3))
    assert caught.value.id == "query-timeout"
    assert time.monotonic() - start < 5


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is that of Linux")
def test_the_memory_is_kept() -> None:
    with pytest.raises(QueryError) as caught:
        run_limited(nothing, greedy, limits=Limits(30, 200_000_000))
    assert caught.value.id == "query-memory"


def test_errors_come_back_whole() -> None:
    with pytest.raises(Mistakes) as caught:
        run_limited(nothing, mistaken, limits=Limits(10))
    one, two = caught.value.errors
    assert (type(one), one.id, str(one)) == (QueryError, "query-syntax", "q.rq:3: one (h)")
    assert isinstance(two, Refused) and (two.id, two.status, two.hint) == ("remote-refused", 500, None)
    assert caught.value.exit_code == 4


def test_a_bug_and_a_sudden_death_are_told_apart() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: ours"):
        run_limited(nothing, buggy, limits=Limits(10))
    with pytest.raises(OutsideError, match="ended by itself"):
        run_limited(nothing, dead, limits=Limits(10))


def test_progress_is_told() -> None:
    told: list[int] = []
    run_limited(nothing, telling, limits=Limits(10), progress=told.append)
    assert told == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running_when_the_asker_is_ended(tmp_path: Path, number: int) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    parent = subprocess.Popen([sys.executable, tmp_path / "program.py", tmp_path / "pid"], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child = int((tmp_path / "pid").read_text())
        assert alive(child)
        parent.send_signal(number)
        parent.wait(10)
        while alive(child):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        parent.kill()
