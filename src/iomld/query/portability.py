"""The same saved queries on several engines: where their rows differ, a query leans on one of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomld.errors import IomldError, OutsideError, QueryError, nearest
from iomld.location import SourceLocation
from iomld.query.answers import Answer, Asker, Solutions
from iomld.query.competency import compare
from iomld.query.local import Local, load_quads, refuse
from iomld.query.parameters import bind
from iomld.query.saved import SavedQuery
from iomld.query.sparql import bound, completed
from iomld.terms import PrefixMap

__all__ = ["ENGINES", "Difference", "Jena", "compare_engines"]

Quads = Iterable[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Difference:
    """What an engine answers otherwise than the first one.

    :param told: rows that are missing or surplus, or the error, each as text
    """

    query: str
    engine: str
    told: tuple[str, ...]


class Jena:
    """Answers from Apache Jena's ``arq.sparql``, one process for each query.

    :param jars: folder with Jena's jars and what they need; ``$JENA_JARS``, else where Debian puts them
    :raises OutsideError: ``engine-missing``
    """

    def __init__(self, quads: Quads, *, jars: Path | None = None) -> None:
        folder = jars or Path(os.environ.get("JENA_JARS") or "/usr/share/java")
        if shutil.which("java") is None or not list(folder.glob("jena-arq*.jar")):
            raise OutsideError(
                "engine-missing",
                "Apache Jena is not installed",
                location=SourceLocation(str(folder)),
                hint="on Debian: libapache-jena-java; elsewhere set JENA_JARS to the folder with its jars",
            )
        self._scratch = tempfile.TemporaryDirectory(prefix="iomld-")
        scratch = Path(self._scratch.name)
        self._class_path = f"{_messages(folder, scratch)}:{':'.join(map(str, _jars(folder)))}"
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


def _rdflib(quads: Quads) -> Asker:
    from iomld.query.peers import Rdflib

    return Rdflib(quads)


#: Engines by name: each makes an asker from quads.
ENGINES: Mapping[str, Callable[[Quads], Asker]] = {
    "oxigraph": lambda quads: Local(load_quads(quads)),
    "rdflib": _rdflib,
    "jena": Jena,
}


def compare_engines(
    saved: Iterable[SavedQuery],
    quads: Sequence[tuple[str, str, str, str]],
    engines: Sequence[str],
    *,
    base: str,
    prefixes: PrefixMap,
    given: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Difference]:
    """Put each query to each engine and compare the rows with those of the first engine; empty where all agree.

    :param engines: names of :data:`ENGINES`
    :param given: parameters by the name of the query
    :raises QueryError: ``engine-unknown``
    :raises OutsideError: ``engine-missing``
    """
    for engine in engines:
        if engine not in ENGINES:
            hint = nearest(engine, ENGINES) or f"known are {', '.join(ENGINES)}"
            raise QueryError("engine-unknown", f"there is no engine “{engine}”", hint=hint)
    askers = {engine: ENGINES[engine](quads) for engine in engines}
    differences = []
    for query in saved:
        values = bind(query, (given or {}).get(query.name, {}), base=base, prefixes=prefixes)
        text = completed(bound(query.text, values), base=base, prefixes=prefixes)
        answers = {engine: _answer(asker, text, query) for engine, asker in askers.items()}
        first, *others = answers
        for engine in others:
            if told := _told(answers[first], answers[engine], query, first):
                differences.append(Difference(query.name, engine, tuple(told)))
    return differences


def _answer(asker: Asker, text: str, query: SavedQuery) -> Answer | IomldError:
    try:
        return asker.ask(text, name=str(query.file))
    except QueryError as error:
        return error


def _told(first: Answer | IomldError, other: Answer | IomldError, query: SavedQuery, than: str) -> list[str]:
    if isinstance(first, IomldError):
        return [f"{than}: {first}"]
    if isinstance(other, IomldError):
        return [str(other)]
    return compare(first, other, query.multiple, than=than)
