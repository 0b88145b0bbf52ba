"""What is missing for Spark is told, and waiting has a limit."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from iomld.engine.session import start_spark
from iomld.errors import OutsideError
{before}
try:
    start_spark({arguments})
except OutsideError as error:
    print(error.id, error.message, error.hint, sep="|")
"""


def told(arguments: str = "", before: str = "", **environment: str) -> list[str]:
    """Id, message and hint, in a process of its own, which no Spark of another test reaches."""
    program = PROGRAM.format(arguments=arguments, before=before)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split("|")


def test_without_pyspark_the_extra_is_named() -> None:
    id, _, hint = told(before="sys.modules['pyspark'] = None")
    assert id == "engine-missing"
    assert "iomld[spark]" in hint


def test_without_java_it_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    id, message, hint = told(PATH=str(tmp_path))
    assert (id, "no Java on this machine" in message, "Java 17" in hint) == ("engine-java", True, True)
    assert str(tmp_path) in told(JAVA_HOME=str(tmp_path))[1]


def test_a_master_that_is_not_there_is_told_at_once() -> None:
    pytest.importorskip("pyspark")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    id, message, _ = told(f"'spark://127.0.0.1:{port}', patience=5")
    assert id == "engine-unreachable"
    assert f"127.0.0.1:{port} does not answer" in message


@pytest.mark.parametrize("master", ["spark://", "spark://host", "spark://host:x"])
def test_a_master_without_host_and_port_is_told(master: str) -> None:
    pytest.importorskip("pyspark")
    assert told(f"{master!r}")[0] == "engine-unreachable"
