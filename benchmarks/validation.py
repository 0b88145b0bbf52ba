"""Validation against pySHACL: whole processes in turn, on data with planted violations.

    python benchmarks/validation.py                       20,000 triples, 5 pairs
    python benchmarks/validation.py --size 200000 --pairs 1
    python benchmarks/validation.py --size 2000000 --alone

A process reads the data and the shapes and makes the report. Both must find every planted pair of focus node and
constraint component, and no other. The figure is the median of the ratios of paired runs; machines differ, ratios
differ less. pySHACL may live in an environment of its own: ``--peer-python``. With ``--alone`` no peer is run, and the
time is held against that of reading the file with pyoxigraph's parser.
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

HERE = Path(__file__).parent
SHAPES = HERE / "validation_shapes.ttl"


def judged_by_iomld(data: Path, memory: str | None) -> set[tuple[str, str]]:
    from iomld.validation import load_shapes, validate
    from iomld.validation.reading import open_relation, read_files

    shapes = load_shapes([SHAPES], root=HERE)
    report = validate(read_files([data], open_relation(memory), root=data.parent), shapes)
    assert not {"rdflib", "pyshacl"} & set(sys.modules)
    return {(result.focus[1:-1], result.component.rpartition("#")[2]) for result in report.results}


def judged_by_pyshacl(data: Path) -> set[tuple[str, str]]:
    import pyshacl
    import rdflib
    from rdflib.namespace import SH

    graph = rdflib.Graph().parse(data, format="nt")
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", inplace=True)
    details = set(report.objects(None, SH.detail))
    return {
        (str(focus), str(report.value(node, SH.sourceConstraintComponent)).rpartition("#")[2])
        for node, focus in report.subject_objects(SH.focusNode)
        if node not in details
    }


def parsed(data: Path) -> set[tuple[str, str]]:
    import pyoxigraph

    for _ in pyoxigraph.parse(path=str(data), format=pyoxigraph.RdfFormat.N_TRIPLES):
        pass
    return set()


def child(who: str, data: Path, memory: str | None) -> None:
    """Judge, compare with what was planted, and say so in one line of JSON."""
    found = (
        judged_by_iomld(data, memory)
        if who == "iomld"
        else judged_by_pyshacl(data)
        if who == "pyshacl"
        else parsed(data)
    )
    expected = {tuple(pair) for pair in json.loads(Path(f"{data}.expected.json").read_text())["expected"]}
    missing, added = expected - found, found - expected
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({"missing": len(missing), "added": len(added), "peak": peak, "example": sorted(missing | added)[:2]})
    )


def run(who: str, python: str, data: Path, memory: str | None) -> tuple[float, dict[str, object]]:
    """Wall time of a whole process, and what it said."""
    command = [python, __file__, "--child", who, "--data", str(data), *(["--memory", memory] if memory else [])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE.parent / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{who} failed:\n{done.stderr[-2000:]}")
    return seconds, json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20_000, help="triples, about")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--alone", action="store_true", help="hold it against the parser only")
    parser.add_argument("--memory", help="bound on the engine's memory, such as 1GB")
    parser.add_argument("--peer-python", default=sys.executable, help="the Python that has pySHACL")
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.data, arguments.memory)
        return
    peer = "parser" if arguments.alone else "pyshacl"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.nt"
        subprocess.run([sys.executable, str(HERE / "validation_data.py"), str(arguments.size), str(data)], check=True)
        expected = json.loads(Path(f"{data}.expected.json").read_text())
        print(f"{expected['triples']:,} triples, {len(expected['expected']):,} planted pairs")
        ratios = []
        for _ in range(arguments.pairs):
            ours, said = run("iomld", sys.executable, data, arguments.memory)
            theirs, answer = run(peer, arguments.peer_python, data, None)
            ratios.append(theirs / ours)
            print(
                f"iomld {ours:.2f} s, {said['peak']:.0f} MB, missing {said['missing']}, added {said['added']}; "
                f"{peer} {theirs:.2f} s, {answer['peak']:.0f} MB"
                + ("" if arguments.alone else f", missing {answer['missing']}, added {answer['added']}")
            )
            if said["missing"] or said["added"]:
                sys.exit(f"not what was planted: {said['example']}")
        print(f"median of {peer} / iomld: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
