"""Candidates for many names: time against rapidfuzz on all pairs and against Splink on the same table.

    python benchmarks/linking_suggest.py                                  100,000 names against 150,000 entries, alone
    python benchmarks/linking_suggest.py --names 10000 --register 15000 --pairs 3 --peer-python PYTHON

Makes a register and names: half of them entries with a slip of the pen, a word left out or words turned round, half of
them names of nothing in the register. Each party is a process of its own that reads the two tables and finds the best
candidate of every name, on two threads; the figures are CPU time (a busy machine blurs wall time), peak memory, and
precision and recall; the ratios are medians of paired runs. PYTHON is that of an environment with rapidfuzz and Splink.

rapidfuzz compares all pairs: `process.cdist` with `token_sort_ratio` from 85 on, over a sample of the names, scaled up.
Splink blocks on the last, the longest and the sorted words, compares by Jaro-Winkler, trains as its manual says; its
threshold is a match probability of 0.95.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from installed import as_installed

SAMPLE = 500
KINDS = (
    "Institute", "University", "Ministry", "Centre", "Council", "Agency", "Foundation", "Committee", "Society", "Office"
)  # fmt: skip
FIELDS = (
    "Migration", "Health", "Labour", "Justice", "Human Rights", "Statistics", "Agriculture", "Education", "Refugees",
    "Trade",
)  # fmt: skip
SYLLABLES = ["ba", "ko", "ri", "ten", "mar", "lu", "vo", "san", "der", "qui", "pel", "nor", "tis", "gra", "fe", "wy"]
Found = list[tuple[str, str]]


def place(number: int) -> str:
    word = ""
    number += 97
    while number:
        number, rest = divmod(number, len(SYLLABLES))
        word += SYLLABLES[rest]
    return word.capitalize()


def damaged(name: str, chance: random.Random) -> str:
    words = name.split()
    kind = chance.randrange(3)
    if kind == 0:
        at = chance.randrange(len(words))
        word = words[at]
        cut = chance.randrange(1, max(2, len(word) - 1))
        words[at] = word[:cut] + word[cut + 1 :]
    elif kind == 1 and "of" in words:
        words.remove("of")
    else:
        words = [*words[words.index("of") + 1 :], *words[: words.index("of")]] if "of" in words else words[::-1]
    return " ".join(words)


def make(folder: Path, count: int, size: int) -> dict[str, str]:
    """Write ``names.csv`` and ``register.csv``; name to the entry that is right, empty where there is none."""
    chance = random.Random(7)
    register = [
        (f"r{number}", f"{chance.choice(KINDS)} of {chance.choice(FIELDS)} {place(number)} {place(number * 7 % 4999)}")
        for number in range(size)
    ]
    # Names of nothing: the words are common, the place is not in the register.
    truth = {
        f"{chance.choice(KINDS)} of {chance.choice(FIELDS)} {place(number + 40 * size)}": ""
        for number in range(count // 2)
    }
    truth |= {damaged(name, chance): key for key, name in chance.sample(register, min(count // 2, size))}
    names = list(truth)
    chance.shuffle(names)
    for file, rows in (("names.csv", [(f"n{n}", name) for n, name in enumerate(names)]), ("register.csv", register)):
        with (folder / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("id", "name"), *rows])
    return truth


def table(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["id"], row["name"]) for row in csv.DictReader(file)]


def by_iomld(folder: Path) -> tuple[Found, float]:
    from iomld.engine import connect
    from iomld.linking.registers import load_register
    from iomld.linking.suggestion import suggest

    connection = connect(memory="1GB", threads=2, spill=folder)
    load_register(connection, "register", folder / "register.csv")
    found = suggest(connection, (name for _, name in table(folder / "names.csv")), "register", count=1)
    return [(each.name, each.candidate) for each in found if not each.note], 1.0


def by_rapidfuzz(folder: Path) -> tuple[Found, float]:
    from rapidfuzz import fuzz, process

    names, register = [name for _, name in table(folder / "names.csv")], table(folder / "register.csv")
    sample = names[:SAMPLE]
    scores = process.cdist(
        sample, [name for _, name in register], scorer=fuzz.token_sort_ratio, workers=2, score_cutoff=85
    )
    best = ((name, row.argmax(), row.max()) for name, row in zip(sample, scores, strict=True))
    return [(name, register[at][0]) for name, at, score in best if score], len(names) / len(sample)


def by_splink(folder: Path) -> tuple[Found, float]:
    import duckdb
    import pandas
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def frame(path: Path) -> pandas.DataFrame:
        made = pandas.DataFrame(table(path), columns=["id", "name"])
        words = made["name"].str.lower().str.split()
        return made.assign(
            lower=made["name"].str.lower(), tokens=words.map(lambda each: " ".join(sorted(each))),
            last=words.str[-1], longest=words.map(lambda each: max(each, key=len)),
        )  # fmt: skip

    names, register = frame(folder / "names.csv"), frame(folder / "register.csv")
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[block_on("last"), block_on("longest")],
        comparisons=[
            compare.JaroWinklerAtThresholds("lower", [0.95, 0.9, 0.8]),
            compare.JaroWinklerAtThresholds("tokens", [0.98, 0.92, 0.85]),
            compare.ExactMatch("last").configure(term_frequency_adjustments=True),
        ],
    )
    connection = duckdb.connect(config={"threads": 2})
    linker = Linker([names, register], settings, DuckDBAPI(connection))
    linker.training.estimate_probability_two_random_records_match([block_on("last", "longest")], recall=0.4)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in ("last", "longest"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(rule))
    pairs = linker.inference.predict(threshold_match_probability=0.95).as_pandas_dataframe()
    called = dict(zip(names["id"], names["name"], strict=True))
    best = pairs.sort_values("match_weight")
    both = ((one, two) if one in called else (two, one) for one, two in zip(best["id_l"], best["id_r"], strict=True))
    return list({called[ours]: theirs for ours, theirs in both}.items()), 1.0


PARTIES = {"iomld": by_iomld, "rapidfuzz": by_rapidfuzz, "splink": by_splink}


def run(party: str, folder: Path) -> None:
    """What one party does, in a process of its own: prints what it found and what it took."""
    import logging
    import resource

    logging.disable(logging.CRITICAL)
    start = time.perf_counter()
    found, scale = PARTIES[party](folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "found": found, "scale": scale, "cpu": (used.ru_utime + used.ru_stime) * scale,
        "wall": (time.perf_counter() - start) * scale, "peak": used.ru_maxrss / 1024,
    }))  # fmt: skip


def measured(party: str, python: str, folder: Path, truth: dict[str, str]) -> float:
    command = [python, __file__, "--as", party, "--in", str(folder)]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    found: Iterable[tuple[str, str]] = done["found"]
    right = sum(truth[name] == key for name, key in found)
    expected = sum(map(bool, truth.values())) / done["scale"]
    print(
        f"{party:<9} {done['cpu']:7.1f} s of CPU, {done['wall']:7.1f} s, peak {done['peak']:5,.0f} MB; "
        f"precision {right / max(1, len(done['found'])):.3f}, recall {right / expected:.3f}"
        + f" (scaled from {SAMPLE} names)"
        * (done["scale"] > 1)
    )
    return float(done["cpu"])


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--names", type=int, default=100_000)
    options.add_argument("--register", type=int, default=150_000)
    options.add_argument("--pairs", type=int, default=1)
    options.add_argument("--peer-python", help="python of an environment with rapidfuzz and splink")
    options.add_argument("--as", dest="party", choices=PARTIES, help=argparse.SUPPRESS)
    options.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    as_installed()
    if given.party:
        run(given.party, given.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = make(folder, given.names, given.register)
        print(f"{len(truth):,} names, {given.register:,} entries")
        ratios: dict[str, list[float]] = {}
        for _ in range(given.pairs):
            for peer in ("rapidfuzz", "splink") if given.peer_python else ("",):
                ours = measured("iomld", sys.executable, folder, truth)
                if peer:
                    ratios.setdefault(peer, []).append(ours / measured(peer, given.peer_python, folder, truth))
    for peer, values in ratios.items():
        print(f"CPU time, ratio to {peer}: {statistics.median(values):.3f}")


if __name__ == "__main__":
    main()
