"""Names of organisations against a large register, the Research Organization Registry (ROR): precision and recall.

    python benchmarks/linking_register.py REGISTER [SEED]

REGISTER is a ROR dump (.json, version 1 or 2, https://zenodo.org/communities/ror-data) or a checkout of
https://github.com/ror-community/ror-records, of which the newest record of each id is taken.

Resolving: every name of the register, against the reference tables. Right is the body whose ROR id the tables hold;
none should be taken for a state.

Suggesting: 5,000 records are withheld whole, so that their names are of nothing in the register; of 5,000 others the
name is asked for with damage (a letter lost, capitals without accents, words turned round, an acronym behind it); of
5,000 more, one of their other names is withheld and asked for, whatever its language. Only the best candidate counts,
at the default threshold, and none where several entries are equally alike. Left out of the question are names that two
records of the register bear (compared in lower case without accents and signs): no name can tell them apart.

SEED (7) chooses the records. The default threshold was chosen with seed 7: another seed is the held-out test.

At size: 100,000 names of the register, damaged, against all of it.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from iomld.engine import connect
from iomld.linking import Resolver
from iomld.linking.registers import fill
from iomld.linking.suggestion import LEAST, suggest

SHARE = 5_000
DAMAGES = ("letter lost", "capitals", "turned round", "acronym behind")


class Record(NamedTuple):
    """A record of the register: the name it shows, its other names, its acronyms."""

    name: str
    others: tuple[str, ...]
    acronyms: tuple[str, ...]


def newest(folder: Path) -> Iterator[dict[str, Any]]:
    """The newest record of each id in a checkout of ror-records: folders are releases, v1.9 before v1.10."""
    found: dict[str, tuple[tuple[int, ...], Path]] = {}
    for path in sorted(folder.glob("v*/**/*.json")):
        release = tuple(map(int, path.relative_to(folder).parts[0][1:].split(".")))
        if path.stem not in found or found[path.stem][0] <= release:
            found[path.stem] = (release, path)
    for _, path in found.values():
        yield json.loads(path.read_bytes())


def read(source: Path) -> dict[str, Record]:
    found = {}
    for entry in newest(source) if source.is_dir() else json.loads(source.read_bytes()):
        if entry.get("status") == "withdrawn":
            continue
        if "names" in entry:
            kinds = [(name["value"], name["types"]) for name in entry["names"]]
            shown = next(name for name, types in kinds if "ror_display" in types)
            others = [name for name, types in kinds if "acronym" not in types]
            acronyms = [name for name, types in kinds if "acronym" in types]
        else:
            shown, acronyms = entry["name"], entry["acronyms"]
            others = [*entry["aliases"], *(label["label"] for label in entry["labels"])]
        found[entry["id"]] = Record(shown, tuple(n for n in dict.fromkeys(others) if n != shown), tuple(acronyms))
    return dict(sorted(found.items()))


def bare(text: str) -> str:
    """Lower case, no accents, no signs: told on purpose in other words than the folding that is measured."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(char for char in letters if not unicodedata.combining(char))))


def damaged(record: Record, kind: str, chance: random.Random) -> str:
    name = record.name
    if kind == "letter lost":
        at = chance.randrange(len(name))
        return name[:at] + name[at + 1 :]
    if kind == "capitals":
        letters = unicodedata.normalize("NFD", name.upper())
        return "".join(char for char in letters if not unicodedata.combining(char))
    if kind == "turned round":
        parts = re.match(r"(.+?) (of|de|for|für) (.+)", name)
        return f"{parts[3]}, {parts[1]} {parts[2]}" if parts else name
    return f"{name} ({record.acronyms[0]})" if record.acronyms else name


def resolving(records: dict[str, Record]) -> None:
    resolver = Resolver.from_tables()
    own = {
        identifier.iri: f"{resolver.base}id/{entity.path}"
        for entity in resolver.reference.entities.values()
        for identifier in entity.identifiers
        if identifier.authority == "ror"
    }
    asked = right = expected = 0
    wrong: list[str] = []
    taken: list[str] = []
    refused: list[str] = []
    acronyms = {acronym for record in records.values() for acronym in record.acronyms}
    start = time.process_time()
    for key, record in records.items():
        for name in (record.name, *record.others):
            if name in acronyms:
                continue
            asked += 1
            expected += key in own
            taken += [f"“{name}” of {record.name}"] * (resolver.resolve(name, kind="state").status == "matched")
            answer = resolver.resolve(name, kind="organisation")
            if answer.status == "matched":
                right += answer.iri == own.get(key)
                if answer.iri != own.get(key):
                    wrong.append(f"“{name}” of {record.name}: {answer.label}")
            elif key in own:
                refused.append(f"“{name}” of {record.name}: {answer.reason}")
    seconds = time.process_time() - start
    matched = [each for each in acronyms if resolver.resolve(each, kind="organisation").status == "matched"]
    print(f"resolve: {asked:,} names of {len(records):,} records, {expected} of them of bodies in the reference tables")
    precision, recall = right / max(1, right + len(wrong)), right / max(1, expected)
    print(f"  precision {precision:.3f}, recall {recall:.3f}; {seconds:.0f} s")
    for each in [*(f"wrong: {each}" for each in wrong), *(f"refused: {each}" for each in refused)]:
        print(f"  {each}")
    print(f"  {len(taken)} taken for a state when asked for as one: {'; '.join(taken)}")
    print(f"  {len(acronyms):,} acronyms: {len(matched)} matched {sorted(matched)}")


def suggesting(records: dict[str, Record], seed: int) -> None:
    chance = random.Random(seed)
    ids = list(records)
    chance.shuffle(ids)
    withheld, hurt = set(ids[:SHARE]), ids[SHARE : 2 * SHARE]
    renamed = [key for key in ids[2 * SHARE :] if records[key].others][:SHARE]
    bearers: dict[str, set[str]] = defaultdict(set)
    for key, record in records.items():
        for name in (record.name, *record.others):
            bearers[bare(name)].add(key)
    truth: dict[str, tuple[str, str]] = {records[key].name: ("withheld", "") for key in ids[:SHARE]}
    for number, key in enumerate(hurt):
        kind = DAMAGES[number % len(DAMAGES)]
        truth[damaged(records[key], kind, chance)] = (kind, key)
    unlisted = {(key, chance.choice(records[key].others)) for key in renamed}
    truth |= {name: ("other name", key) for key, name in sorted(unlisted)}
    shared = {name for name in truth if len(bearers[bare(name)]) > 1}
    truth = {name: told for name, told in truth.items() if name not in shared}
    register = [
        (key, name, records[key].name)
        for key in ids
        if key not in withheld
        for name in (records[key].name, *records[key].others)
        if (key, name) not in unlisted
    ]
    # What ROR calls an acronym and is one by its form: one word without small letters.
    acronyms = {
        each for record in records.values() for each in record.acronyms if each.isalpha() and each == each.upper()
    }
    connection = connect(memory="1GB", threads=2)
    fill(connection, "register", ("id", "name", "label"), register)
    start = time.process_time()
    best = [each for each in suggest(connection, [*truth, *acronyms], "register", count=1) if not each.note]
    seconds = time.process_time() - start
    given = [each for each in best if each.name in truth]
    right = Counter(truth[each.name][0] for each in given if truth[each.name][1] == each.candidate)
    wrong = Counter(truth[each.name][0] for each in given if truth[each.name][1] != each.candidate)
    kinds = Counter(kind for kind, _ in truth.values())
    print(f"suggest: {len(truth):,} names, {len(register):,} names in the register, threshold {LEAST}; {seconds:.0f} s")
    print(f"  precision {right.total() / len(given):.4f} of {len(given):,} best candidates")
    for kind, count in kinds.items():
        recall = f"recall {right[kind] / count:.3f}" if kind != "withheld" else "nothing to be found"
        print(f"  {kind:<15} {count:>6,} names, {wrong[kind]:>3} wrong, {recall}")
    print(f"  {len(acronyms):,} bare acronyms: {sum(each.name in acronyms for each in best)} matched")
    print(f"  {len(shared)} names that several records bear were not asked for")


def at_size(records: dict[str, Record]) -> None:
    """Time and memory with 100,000 damaged names of the register itself: real words, so real blocks."""
    chance = random.Random(11)
    names = list({name: key for key, record in records.items() for name in (record.name, *record.others)})
    chance.shuffle(names)
    asked = [damaged(Record(name, (), ()), DAMAGES[n % 3], chance) for n, name in enumerate(names[:100_000])]
    connection = connect(memory="1GB", threads=2)
    rows = ((key, name, record.name) for key, record in records.items() for name in (record.name, *record.others))
    fill(connection, "register", ("id", "name", "label"), rows)
    start, began = time.process_time(), time.perf_counter()
    found = suggest(connection, asked, "register", count=1)
    seconds, wall = time.process_time() - start, time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"suggest at size: {len(asked):,} names, {len(names):,} in the register, {len(found):,} with a candidate")
    print(f"  {seconds:.0f} s of CPU, {wall:.0f} s, peak {peak:,.0f} MB")


def main() -> None:
    if len(sys.argv) not in (2, 3):
        print("no register given: give a ROR dump or a checkout of ror-community/ror-records; nothing measured")
        return
    records = read(Path(sys.argv[1]))
    resolving(records)
    suggesting(records, int(sys.argv[2]) if len(sys.argv) == 3 else 7)
    at_size(records)


if __name__ == "__main__":
    main()
