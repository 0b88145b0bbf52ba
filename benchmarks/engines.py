"""One plan on DuckDB and on Spark: ours, beside Ibis as a compiler and sqlglot as a translator.

    python -m venv peer && peer/bin/pip install 'ibis-framework[duckdb]' sqlglot pyspark pyarrow pandas
    python benchmarks/engines.py --peers peer/bin/python --projects 20000 --pairs 3

First the functions: those on terms and the lexical spaces of datatypes are asked of Spark over awkward values,
spelt by our table, and spelt by sqlglot from the DuckDB text. A function is *right* where all values are DuckDB's,
*refused* where Spark does not take the text, *wrong in silence* where it does and a value differs.

Then the plan, on the data of benchmarks/mapping_data.py: whole processes that read the tables and write N-Triples,
taking turns; a ratio is the median of the ratios of the pairs. Processor time is that of the Python process, so
it counts only for DuckDB, since Spark works in a process of Java. Outputs are compared as multisets of lines.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mapping_data import generate

from mapping import Cost, fingerprint, run

VOC, TERMS = "https://example.org/vocabulary/", "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"
SAMPLES = ["", "plain", "a b/c", "O'Neil*~", "é 水", 'q"', "back\\slash", "l\nm\t", "\x07", "2001-02-29", "2000-02-29Z"]
SAMPLES += ["1.50", "-7", "true", "${x}", "1e3", "<a>", "en-GB", "https://example.org/é", "QUJD", "P1Y"]


def expressions(dialect: Any) -> dict[str, list[str]]:
    """The functions on terms and the lexical spaces, each applied to all samples."""
    from iomld.engine import DATATYPES, lexical, term_functions

    values = [dialect.text(sample) for sample in SAMPLES]
    found = {
        function: [term_functions(dialect, value)[function] for value in values] for function in term_functions(dialect)
    }
    for local in sorted(DATATYPES):
        if lexical(XSD + local, "v") is not None:
            found[f"xsd:{local}"] = [lexical(XSD + local, value, dialect) or "" for value in values]
    return found


def ask_spark(session: Any, wanted: dict[str, list[str]], expected: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Which functions are right, refused, wrong in silence."""
    told: dict[str, list[str]] = {"right": [], "refused": [], "wrong in silence": []}
    for function, columns in wanted.items():
        try:
            [row] = session.sql(f"SELECT {', '.join(columns)}").collect()
        except Exception:  # whatever Spark and its bridge raise, the text was refused
            told["refused"].append(function)
            continue
        told["right" if list(row) == expected[function] else "wrong in silence"].append(function)
    return told


def functions(peers: str, folder: Path) -> None:
    """Ask the functions of Spark, in our spelling and in sqlglot's."""
    import duckdb

    from iomld.engine import DUCKDB, SPARK
    from iomld.engine.session import start_spark

    texts = expressions(DUCKDB)
    with duckdb.connect() as connection:
        expected = {
            function: list(connection.execute(f"SELECT {', '.join(columns)}").fetchall()[0])
            for function, columns in texts.items()
        }
    (folder / "functions.json").write_text(json.dumps([texts, expected]))
    session = start_spark("local[2]")
    ours = ask_spark(session, expressions(SPARK), expected)
    session.stop()
    run([peers, str(Path(__file__).absolute()), "--run", "functions", str(folder)], folder)
    theirs = json.loads((folder / "told.json").read_text())
    print(f"{len(texts)} functions over {len(SAMPLES)} values on Spark")
    for name, told in (("our table", ours), ("sqlglot", theirs)):
        print(f"  {name:10} " + ", ".join(f"{len(found)} {kind}" for kind, found in told.items()))
        for kind in ("refused", "wrong in silence"):
            if told[kind]:
                print(f"    {kind}: {', '.join(told[kind])}")


def peer_session() -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    return builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()


def peer_functions(folder: Path) -> None:
    """What sqlglot makes of the functions, in the environment of the peers."""
    import sqlglot

    texts, expected = json.loads((folder / "functions.json").read_text())
    wanted: dict[str, list[str]] = {}
    for function, columns in texts.items():
        try:
            wanted[function] = [sqlglot.transpile(column, read="duckdb", write="spark")[0] for column in columns]
        except sqlglot.errors.SqlglotError:
            wanted[function] = ["refused by sqlglot"]
    (folder / "told.json").write_text(json.dumps(ask_spark(peer_session(), wanted, expected)))


def peer_plan(backend: str, folder: Path) -> None:
    """The plan of benchmarks/mapping.py, written in Ibis."""
    import ibis

    url_encode: Callable[[Any], Any]
    if backend == "duckdb":
        connection = ibis.duckdb.connect()

        @ibis.udf.scalar.builtin
        def url_encode(text: str) -> str: ...  # type: ignore[misc]

        def table(name: str) -> Any:
            path = str(folder / f"{name}.csv")
            return connection.read_csv(
                path, all_varchar=True, quote='"', escape='"', nullstr="", header=True, delim=","
            )
    else:
        session = peer_session()
        connection = ibis.pyspark.connect(session)

        @ibis.udf.scalar.builtin(name="url_encode")
        def form_encode(text: str) -> str: ...  # type: ignore[empty-body]

        def url_encode(text: Any) -> Any:  # the repair that each user of Spark's function has to find
            return form_encode(text).replace("+", "%20").replace("*", "%2A").replace("%7E", "~")

        def table(name: str) -> Any:
            path = str(folder / f"{name}.csv")
            frame = session.read.csv(path, header=True, multiLine=True, quote='"', escape='"', nullValue="")
            frame.createOrReplaceTempView(name)
            return connection.table(name)

    def iri(start: str, *columns: Any) -> Any:
        text = ibis.literal(f"<{start}")
        for index, column in enumerate(columns):
            safe = ibis.ifelse(column.re_search("[^A-Za-z0-9._~-]"), url_encode(column), column)
            text = text + (ibis.literal("/") if index else ibis.literal("")) + safe
        return text + ibis.literal(">")

    def literal(column: Any, suffix: str = "") -> Any:
        text = column.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
        return ibis.literal('"') + text + ibis.literal(f'"{suffix}')

    parts: list[Any] = []

    def triples(rows: Any, subject: Any, predicate: Any, object_: Any) -> None:
        named = ibis.literal(f" <{predicate}> ") if isinstance(predicate, str) else " " + predicate + " "
        line = subject + named + object_ + ibis.literal(" .")
        parts.append(rows.select(line=line).filter(lambda made: made.line.notnull()))

    projects, bodies, roles = table("projects"), table("bodies"), table("roles")
    project, body = (
        iri("https://example.org/project/", projects.key),
        iri("https://example.org/body/", bodies.place, bodies.key),
    )
    type_ = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    triples(projects, project, type_, ibis.literal(f"<{VOC}Project>"))
    triples(projects, project, TERMS + "identifier", literal(projects.key))
    triples(projects, project, TERMS + "title", literal(projects.title, "@en"))
    triples(projects, project, TERMS + "abstract", literal(projects.summary, "@en"))
    for column, datatype in (("begun", "date"), ("ended", "date"), ("cost", "decimal")):
        triples(projects, project, VOC + column, literal(projects[column], f"^^<{XSD}{datatype}>"))
    triples(projects, project, VOC + "place", iri("https://example.org/place/", projects.place))
    triples(projects, project, TERMS + "isPartOf", ibis.literal("<https://example.org/register>"))
    led = projects.select(project="key", leader="leader").join(
        bodies.select(body="key", place="place"), [("leader", "body")]
    )
    to_body = iri("https://example.org/body/", led.place, led.body)
    triples(led, iri("https://example.org/project/", led.project), VOC + "led", to_body)
    triples(bodies, body, type_, ibis.literal(f"<{VOC}Body>"))
    triples(bodies, body, VOC + "name", literal(bodies.name))
    triples(bodies, body, VOC + "kind", iri("https://example.org/kind/", bodies.kind))
    for columns in (("project", "body"), ("project", "body", "role")):
        some = roles.select(*columns).distinct()
        predicate = iri("https://example.org/role/", some.role) if "role" in columns else VOC + "partner"
        partner = iri("https://example.org/partner/", some.body)
        triples(some, iri("https://example.org/project/", some.project), predicate, partner)
    query = connection.compile(ibis.union(*parts, distinct=False))
    output = folder / f"ibis-{backend}"
    if backend == "duckdb":
        options = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
        connection.raw_sql(f"COPY ({query}) TO '{output}' ({options})")
    else:
        shutil.rmtree(output, ignore_errors=True)
        session.sql(query).write.text(str(output))


def made(output: Path) -> tuple[int, int]:
    """What :func:`mapping.fingerprint` says of a file, or of all part files of a folder."""
    return fingerprint(output / "part-*" if output.is_dir() else output)


def plans(peers: str, folder: Path, projects: int, pairs: int) -> None:
    """Time the plan on both engines."""
    generate(folder, projects)
    code = "import sys; from iomld.cli import main; main(sys.argv[1:])"
    ours = [sys.executable, "-c", code, "map", "mapping.yml", "-o"]
    theirs = [str(Path(peers).absolute()), str(Path(__file__).absolute()), "--run"]
    runners = {
        "ours-duckdb": [*ours, "ours-duckdb"],
        "ibis-duckdb": [*theirs, "duckdb", str(folder)],
        "ours-spark": [*ours, "ours-spark", "--engine", "spark", "--master", "local[2]"],
        "ibis-spark": [*theirs, "spark", str(folder)],
    }
    costs: dict[str, list[Cost]] = {runner: [] for runner in runners}
    for _ in range(pairs):
        for runner, command in runners.items():
            costs[runner].append(run(command, folder))
    expected = made(folder / "ours-duckdb")
    print(f"{expected[0]:,} triples, {pairs} pairs")
    for runner, spent in costs.items():
        wall, cpu = (statistics.median(cost[index] for cost in spent) for index in (0, 1))
        same = "the same lines" if made(folder / runner) == expected else "OTHER LINES"
        print(f"  {runner:12} wall {wall:7.2f} s, cpu of Python {cpu:7.2f} s, {same}")
    for one, other in (("ibis-duckdb", "ours-duckdb"), ("ibis-spark", "ours-spark"), ("ours-spark", "ours-duckdb")):
        both = list(zip(costs[one], costs[other], strict=True))
        wall, cpu = (statistics.median(a[index] / b[index] for a, b in both) for index in (0, 1))
        shown = f", cpu {cpu:.2f}" if "spark" not in one else ""
        print(f"  {one} / {other}: wall {wall:.2f}{shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--peers", help="Python with ibis, sqlglot and pyspark installed")
    parser.add_argument("--run", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        what, folder = options.run[0], Path(options.run[1])
        peer_functions(folder) if what == "functions" else peer_plan(what, folder)
        return
    if not options.peers:
        print("say with --peers where Ibis and sqlglot are; see the head of this file")
        return
    with tempfile.TemporaryDirectory(prefix="iomld-bench-") as name:
        functions(str(Path(options.peers).absolute()), Path(name))
        plans(options.peers, Path(name), options.projects, options.pairs)


if __name__ == "__main__":
    main()
