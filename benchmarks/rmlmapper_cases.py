"""Run the test cases of RMLMapper, its own and those of RML, as they stand.

    git clone --depth 1 https://github.com/RMLio/rmlmapper-java
    python benchmarks/rmlmapper_cases.py rmlmapper-java

Prints how many of those over files give the dataset that RMLMapper expects (under canonical labels of blank nodes), how
many that it expects to give nothing are told as mistakes, and what became of each other one.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

import pyoxigraph

from iomld.engine import connect
from iomld.errors import IomldError
from iomld.mapping import load, materialize

KINDS = ("CSV", "EXCEL", "JSON", "JSONL", "ODS", "XML")


def canonical(content: bytes, format_: pyoxigraph.RdfFormat) -> set[str]:
    dataset = pyoxigraph.Dataset(
        pyoxigraph.parse(content, format=format_, base_iri="http://example.com/base/", lenient=True)
    )
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def run(case: Path) -> str:
    """One word where all is well, else what is wrong."""
    outputs = [case / name for name in ("output.nq", "output.ttl") if (case / name).is_file()]
    if not outputs:
        return "no output to compare with"
    nothing = not outputs[0].read_bytes().strip()
    os.chdir(case)
    try:
        mapping = load([case / "mapping.ttl"], base="http://example.com/base/", prefixes={}, root=case)
        quads = materialize(mapping, connect(threads=1), root=case)
    except IomldError as error:
        return "refused" if nothing else f"fails: {str(error).splitlines()[0]}"
    lines = "".join(" ".join(part for part in quad if part) + " .\n" for quad in quads.sorted())
    made = canonical(lines.encode(), pyoxigraph.RdfFormat.N_QUADS)
    turtle = outputs[0].suffix == ".ttl"
    format_ = pyoxigraph.RdfFormat.TURTLE if turtle else pyoxigraph.RdfFormat.N_QUADS
    expected = canonical(outputs[0].read_bytes(), format_)
    return "same" if made == expected else f"missing {sorted(expected - made)[:1]}, extra {sorted(made - expected)[:1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    root = parser.parse_args().clone.resolve() / "src" / "test" / "resources" / "test-cases"
    found: Counter[tuple[str, str]] = Counter()
    others = []
    for case in sorted(root.iterdir()):
        kind = case.name.partition("-")[2]
        if kind not in KINDS or not (case / "mapping.ttl").is_file():
            continue
        word = run(case)
        found[kind, word if word in ("same", "refused", "no output to compare with") else "other"] += 1
        if word not in ("same", "refused", "no output to compare with"):
            others.append((case.name, word))
    print("| files | same dataset | refused as expected | otherwise | no output to compare with |")
    print("| --- | --- | --- | --- | --- |")
    for kind in KINDS:
        counts = [found[kind, word] for word in ("same", "refused", "other", "no output to compare with")]
        print(f"| {kind} | {' | '.join(map(str, counts))} |")
    for name, word in others:
        print(f"{name}: {word}"[:240])


if __name__ == "__main__":
    main()
