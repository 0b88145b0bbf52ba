"""How long candidates for many names take, against rapidfuzz on all pairs.

    python benchmarks/linking_suggest.py [NAMES REGISTER]

Makes a register of REGISTER entries (default 150,000) and NAMES names (default 100,000): half of them entries with a
slip of the pen, a word left out or words turned round, half of them names of nothing in the register. Prints seconds,
peak memory, precision and recall of the best candidate, and, where rapidfuzz is installed, the ratio to `process.cdist`
over a sample of the names (all pairs grow with the product, so its time is scaled up).
"""

from __future__ import annotations

import random
import resource
import sys
import time

from iomld.engine import connect
from iomld.linking.registers import fill
from iomld.linking.suggestion import suggest

SAMPLE = 500
KINDS = [
    "Institute",
    "University",
    "Ministry",
    "Centre",
    "Council",
    "Agency",
    "Foundation",
    "Committee",
    "Society",
    "Office",
]
FIELDS = [
    "Migration",
    "Health",
    "Labour",
    "Justice",
    "Human Rights",
    "Statistics",
    "Agriculture",
    "Education",
    "Refugees",
    "Trade",
]


def place(number: int) -> str:
    syllables = [
        "ba",
        "ko",
        "ri",
        "ten",
        "mar",
        "lu",
        "vo",
        "san",
        "der",
        "qui",
        "pel",
        "nor",
        "tis",
        "gra",
        "fe",
        "wy",
    ]
    word = ""
    number += 97
    while number:
        number, rest = divmod(number, len(syllables))
        word += syllables[rest]
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


def main() -> None:
    count, size = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (100_000, 150_000)
    chance = random.Random(7)
    register = [
        (f"r{number}", f"{chance.choice(KINDS)} of {chance.choice(FIELDS)} {place(number)} {place(number * 7 % 4999)}")
        for number in range(size)
    ]
    # Names of nothing: the words are common, the place is not in the register.
    absent = [
        f"{chance.choice(KINDS)} of {chance.choice(FIELDS)} {place(number + 40 * size)}" for number in range(count // 2)
    ]
    truth = {damaged(name, chance): key for key, name in chance.sample(register, min(count // 2, size))}
    connection = connect(memory="1GB", threads=2)
    start = time.perf_counter()
    fill(connection, "register", ("id", "name", "label"), ((key, name, name) for key, name in register))
    found = suggest(connection, [*truth, *absent], "register", count=1)
    seconds = time.perf_counter() - start
    right = sum(truth.get(each.name) == each.candidate for each in found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(truth) + len(absent):,} names, {size:,} entries: {seconds:.1f} s, peak {peak:,.0f} MB")
    print(f"best candidates {len(found):,}: precision {right / len(found):.3f}, recall {right / len(truth):.3f}")
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        print("rapidfuzz is not installed: no ratio")
        return
    sample = chance.sample([*truth, *absent], min(SAMPLE, count))
    start = time.perf_counter()
    process.cdist(sample, [name for _, name in register], scorer=fuzz.token_sort_ratio, workers=2, score_cutoff=85)
    peer = (time.perf_counter() - start) * (len(truth) + len(absent)) / len(sample)
    print(f"rapidfuzz on all pairs, scaled from {len(sample)} names: {peer:.0f} s; ratio {seconds / peer:.3f}")


if __name__ == "__main__":
    main()
