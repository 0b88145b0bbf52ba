"""Apache Jena as a second opinion: its command line over its own jars."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from iomld.errors import OutsideError, QueryError
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Solutions
from iomld.query.local import refuse

__all__ = ["Jena", "class_path"]


class Jena:
    """Answers from Apache Jena's ``arq.sparql``, one process for each query.

    :param jars: folder with Jena's jars and what they need; ``$JENA_JARS``, else where Debian puts them
    :raises OutsideError: ``engine-missing``
    """

    def __init__(self, quads: Iterable[tuple[str, str, str, str]], *, jars: Path | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="iomld-")
        scratch = Path(self._scratch.name)
        self._class_path = class_path(scratch, jars)
        self._data, self._query = scratch / "data.nt", scratch / "query.rq"
        # One graph: the default graph of a question is the union of all.
        lines = dict.fromkeys(f"{s} {p} {o} .\n" for s, p, o, _ in quads)
        self._data.write_text("".join(lines), encoding="utf-8")

    def ask(self, text: str, *, name: str = "", max_rows: int | None = None) -> Answer:
        """See :class:`iomld.query.answers.Asker`; base and prefixes stand in the text."""
        import pyoxigraph

        refuse(text, name)
        self._query.write_text(text, encoding="utf-8")
        command = ["java", "-cp", self._class_path, "arq.sparql", f"--data={self._data}", f"--query={self._query}"]
        done = subprocess.run([*command, "--results=json"], capture_output=True, timeout=300)
        if done.returncode or not done.stdout.strip():
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no answer"]
            raise QueryError("query-failed", f"Jena cannot evaluate it: {lines[0]}", location=SourceLocation(name))
        answer = pyoxigraph.parse_query_results(done.stdout, pyoxigraph.QueryResultsFormat.JSON)
        if isinstance(answer, pyoxigraph.QueryBoolean):
            return Answer(boolean=bool(answer))
        variables = tuple(variable.value for variable in answer.variables)
        rows = tuple(
            tuple(None if (value := solution[variable]) is None else str(value) for variable in variables)
            for solution in answer
        )
        return Answer(solutions=Solutions(variables, rows[:max_rows], max_rows is None or len(rows) <= max_rows))


def class_path(scratch: Path, jars: Path | None = None) -> str:
    """The class path of Jena, for Java.

    :param scratch: a folder that lives as long as the class path; a few files go there
    :param jars: folder with Jena's jars and what they need; ``$JENA_JARS``, else where Debian puts them
    :raises OutsideError: ``engine-missing``
    """
    folder = jars or Path(os.environ.get("JENA_JARS") or "/usr/share/java")
    if shutil.which("java") is None or not list(folder.glob("jena-arq*.jar")):
        raise OutsideError(
            "engine-missing",
            "Apache Jena is not installed",
            location=SourceLocation(str(folder)),
            hint="on Debian: libapache-jena-java; elsewhere set JENA_JARS to the folder with its jars",
        )
    return f"{_messages(folder, scratch)}:{':'.join(map(str, _jars(folder)))}"


_NEEDED = """
caffeine commons-c commons-io commons-lang3 dexx gson guava http jackson jakarta.json javax.json jena- jsonld-java
libthrift protobuf slf4j-api slf4j-nop thrift titanium xercesImpl xml-apis
"""


def _jars(folder: Path) -> list[Path]:
    """Jena and what it needs: a folder of a distribution holds much else, several loggers among it."""
    return sorted(jar for jar in folder.glob("*.jar") if jar.name.startswith(tuple(_NEEDED.split())))


def _messages(folder: Path, scratch: Path) -> Path:
    """A folder with the texts of the XML Schema library within jena-core, where its classes look for them.

    Debian's package renames the classes and leaves the texts where they were: without them Jena does not start.
    """
    old = "org/apache/jena/ext/xerces/"
    for jar in folder.glob("jena-core*.jar"):
        with zipfile.ZipFile(jar) as archive:
            for name in archive.namelist():
                if name.startswith(old) and name.endswith(".properties"):
                    target = scratch / "messages" / "xerces" / name.removeprefix(old)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
    return scratch / "messages"
