"""Runs cases of the RML suites: ``python tests/mapping/rml_suites.py > docs/conformance-rml.md`` writes the table."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.mapping import load, materialize, write_quads

SUITES = {
    "rml-core": ("RML-Core", "http://example.com/"),
    "rml-lv": ("RML-LV, logical views", "http://example.com/"),
    "rml-fnml": ("RML-FNML, functions", "http://example.com/"),
    "rml-cc": ("RML-CC, collections and containers", "http://example.com/base/"),
    "rml-io": ("RML-IO, sources and targets", "http://example.com/"),
}

#: cases that do not pass, each with its reason; what they make differs from what is expected in numbers alone, which
#: test_rml_suites.py holds
_PLAIN = (
    "plain literals are expected for JSON numbers, whose natural datatype is xsd:integer; the same mapping and source "
    "give xsd:integer in RMLTTC0006a"
)

KNOWN_FAILURES = {
    "RMLSTC0003": "integers are expected; the ages of the source are plain literals, and CSV results have no datatypes",
    "RMLSTC0009a": "an error is expected for quoted names of columns, which RFC 4180 allows; we make the output that "
    "the case has beside the error",
    "RMLTTC0002q": "3.3E1 is expected for the number 33 as xsd:double; a datatype that a mapping gives keeps the "
    "natural lexical form, 33 (R2RML, section 10.3)",
    "RMLTTC0004a": _PLAIN,
    "RMLTTC0004c": _PLAIN,
    "RMLTTC0004e": "the expected RDF/JSON holds JSON numbers as values, which RDF/JSON does not allow",
    "RMLTTC0004f": _PLAIN,
    "RMLTTC0004g": _PLAIN,
    "RMLTTC0005b": _PLAIN,
    "RMLTTC0006b": _PLAIN,
    "RMLTTC0006c": _PLAIN,
    "RMLTTC0006d": _PLAIN,
    "RMLTTC0006e": _PLAIN,
}

_FORMATS = {
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".n3": pyoxigraph.RdfFormat.N3,
    ".rdfxml": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Case:
    suite: str
    folder: Path
    fails: bool

    @property
    def id(self) -> str:
        return self.folder.name


def cases(root: Path) -> list[Case]:
    """The cases of a suite, in the order of their ids."""
    with open(root / "metadata.csv", encoding="utf-8", newline="") as stream:
        fails = {row["ID"]: row["error"] == "true" for row in csv.DictReader(stream)}
    return [Case(root.name, root / id, fails[id]) for id in sorted(fails) if (root / id / "mapping.ttl").is_file()]


def canonical(data: bytes, format_: pyoxigraph.RdfFormat) -> set[str]:
    """The quads of a document under canonical labels of blank nodes."""
    # Lenient, since one case expects an IRI with a blank in it ("unsafe").
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(data, format=format_, base_iri="http://example.com/", lenient=True))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def dataset_of(path: Path) -> set[str]:
    """The quads of a file, through its compression and encoding."""
    data = path.read_bytes()
    name = path.name
    if name.endswith((".tar.gz", ".tar.xz")):
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            member = archive.extractfile(archive.getmembers()[0])
            assert member is not None
            data, name = member.read(), name[:-7]
    elif name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data, name = archive.read(archive.namelist()[0]), name[:-4]
    elif name.endswith(".gz"):
        data, name = gzip.decompress(data), name[:-3]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    if name.endswith(".rdfjson"):
        return {
            f"{s} {p} {o}"
            for s, about in json.loads(data).items()
            for p, o in sorted((p, str(o)) for p, o in about.items())
        }
    return canonical(data, _FORMATS[Path(name).suffix])


_NUMBER = re.compile(r'"(-?[0-9.]+(?:E[0-9]+)?)"(?:\^\^<http://www\.w3\.org/2001/XMLSchema#(?:integer|double)>)?')


def without_datatypes(path: Path) -> set[str]:
    """The quads of a file, numbers by their value alone."""
    if path.suffix == ".rdfjson":
        about = json.loads(path.read_text(encoding="utf-8"))
        return {f"{s} {p} {o['value']}" for s, said in about.items() for p, all_ in said.items() for o in all_}
    return {_NUMBER.sub(lambda match: f'"{float(match[1])}"', quad) for quad in dataset_of(path)}


def differs_in_numbers_alone(case: Case, work: Path) -> bool:
    """Whether a known failure, run in a folder before, made what is expected but for numbers, or but for an error."""
    expected = [*case.folder.glob("dump*"), *case.folder.glob("default.nq"), *case.folder.glob("output.nq")]
    made = [work / (each.name if each.name.startswith("dump") else "out.nq") for each in expected]
    return all(without_datatypes(one) == without_datatypes(two) for one, two in zip(expected, made, strict=True))


def prepare(case: Case, work: Path) -> None:
    shutil.copytree(case.folder, work, dirs_exist_ok=True)
    for expected in (*work.glob("dump*"), *work.glob("default.nq"), *work.glob("output.nq")):
        expected.unlink()
    mapping = work / "mapping.ttl"
    mapping.chmod(0o644)
    content = mapping.read_text(encoding="utf-8")
    if "$CONNECTIONDSN" in content:
        # The suite leaves the choice of the database to the engine.
        with (
            open(work / "Friends.csv", encoding="utf-8", newline="") as stream,
            sqlite3.connect(work / "db.sqlite") as database,
        ):
            rows = list(csv.reader(stream))
            database.execute(f"CREATE TABLE Friends ({', '.join(f'{name} NUMERIC' for name in rows[0])})")
            database.executemany(f"INSERT INTO Friends VALUES ({', '.join('?' * len(rows[0]))})", rows[1:])
        database.close()
        mapping.write_text(content.replace("$CONNECTIONDSN", "jdbc:sqlite:db.sqlite"), encoding="utf-8")


def run(case: Case, work: Path) -> str | None:
    """Run a case in a folder of its own; None where it passes, else what is wrong."""
    prepare(case, work)
    before = Path.cwd()
    os.chdir(work)
    try:
        mapping = load([work / "mapping.ttl"], base=SUITES[case.suite][1], prefixes={}, root=work)
        write_quads(mapping, connect(threads=1), work / "out.nq", root=work)
        relation = materialize(mapping, connect(threads=1), root=work)
    except IomldError as error:
        return None if case.fails else f"fails: {error}"
    finally:
        os.chdir(before)
    if case.fails:
        return "should fail"
    made = dataset_of(work / "out.nq")
    quads = "".join(" ".join(part for part in quad if part) + " .\n" for quad in relation.sorted())
    expected_dumps = sorted(case.folder.glob("dump*"))
    for dump in expected_dumps:
        expected = dataset_of(dump)
        assert expected, f"{dump.name} is empty: the case would prove nothing"
        if not (work / dump.name).is_file() or dataset_of(work / dump.name) != expected:
            return f"{dump.name} differs"
    name = next(name for name in ("output.nq", "default.nq") if (case.folder / name).is_file())
    expected = dataset_of(case.folder / name)
    if made != expected:
        return f"missing {sorted(expected - made)[:3]}, extra {sorted(made - expected)[:3]}"
    if not expected_dumps and canonical(quads.encode(), pyoxigraph.RdfFormat.N_QUADS) != expected:
        return "the relation of quads differs from the file"
    return None


def expects_nothing(case: Case) -> bool:
    """Whether a case expects no quads at all, so that an engine that does nothing passes it."""
    files = [*case.folder.glob("dump*"), *case.folder.glob("default.nq"), *case.folder.glob("output.nq")]
    return not case.fails and not any(dataset_of(path) for path in files)


def report(root: Path) -> str:
    """The table of docs/conformance-rml.md."""
    lines = [
        "# Conformance with RML",
        "",
        "Made by `python tests/mapping/rml_suites.py > docs/conformance-rml.md` from the suites of kg-construct",
        "(core 82ab28d, lv a6a23dd, fnml 01c969a, cc d97fddf, io 980b906). Datasets are compared under canonical",
        "labels of blank nodes, both the file that `iomld map` writes and the relation of quads. A case that must fail",
        "passes only with an error of ours, never another exception. Cases that expect no quads are counted apart,",
        "since an engine that does nothing passes them.",
        "",
        "On Spark every case gives the same quads, files and mistakes: `tests/mapping/test_spark_suites.py`. What",
        "those that do not pass make differs from what is expected in numbers and their datatypes alone, which the",
        "tests hold too.",
        "",
        "| suite | passed | with quads | must fail | expect nothing |",
        "| --- | --- | --- | --- | --- |",
    ]
    failed: list[tuple[str, str]] = []
    for suite, (title, _) in SUITES.items():
        counts = {kind: [0, 0] for kind in ("quads", "fail", "nothing")}
        for case in cases(root / suite):
            kind = "fail" if case.fails else "nothing" if expects_nothing(case) else "quads"
            with tempfile.TemporaryDirectory() as folder:
                wrong = run(case, Path(folder))
            counts[kind][1] += 1
            counts[kind][0] += wrong is None
            if wrong is not None:
                failed.append((case.id, KNOWN_FAILURES.get(case.id, wrong)))
        total = [sum(count[index] for count in counts.values()) for index in (0, 1)]
        cells = [f"{passed} of {all_}" for passed, all_ in (total, *counts.values())]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    lines += ["", "Cases that do not pass:", "", "| case | reason |", "| --- | --- |"]
    lines += [f"| {id} | {reason} |" for id, reason in failed]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from suites import ROOT

    sys.stdout.write(report(ROOT))
