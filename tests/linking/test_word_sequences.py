"""Every word sequence of the documents, resolved: what matches must be the name of a state and nothing else.

``names_in_documents.csv`` lists what matches, read through by a person: a new line in it is a claim to be read again.
The texts are looked for in ``$IOMLD_SOURCES``, else in ``../shared/sources`` beside the checkout.
"""

import csv
import os
import re
from pathlib import Path

import pytest
from tests.suites import ROOT

from iomld.linking import Resolver
from iomld.linking.names import keys

SOURCES = Path(os.environ.get("IOMLD_SOURCES") or ROOT.parent / "sources")
LISTED = Path(__file__).with_name("names_in_documents.csv")
DATES = {
    "iom-mc-inf-259-2002.txt": "2002-11-13",
    "iom-mc-inf-266-2003.txt": "2003-11-10",
    "pace-recommendation-1806-2007.txt": "2007-10-01",
    "pace-doc-11549-2008.txt": "2008-03-28",
}
LONGEST = 8  # words
#: Where a phrase ends: a name stands within one.
BREAK = re.compile(r"[,;:]|[.?!\"“”\[\]•](?=\s)|\n\s*\n")


def sequences(text: str) -> set[str]:
    found = set()
    for phrase in BREAK.split(text):
        words = phrase.split()
        for size in range(1, LONGEST + 1):
            found |= {" ".join(words[start : start + size]) for start in range(len(words) - size + 1)}
    return found


def test_no_word_sequence_of_the_documents_is_taken_for_a_state_that_it_does_not_name() -> None:
    if not SOURCES.is_dir():
        pytest.skip(f"the texts of the documents are not in {SOURCES}: set IOMLD_SOURCES")
    resolver = Resolver.from_tables()
    found = set()
    for file, date in DATES.items():
        for words in sequences((SOURCES / file).read_text(encoding="utf-8")):
            answer = resolver.resolve(words, kind="state", at=date)
            if answer.status == "matched":
                found.add((keys(words).plain, answer.iri.rpartition("/id/")[2]))
    with LISTED.open(encoding="utf-8", newline="") as lines:
        listed = {(keys(row["name"]).plain, row["path"]) for row in csv.DictReader(lines)}
    assert found == listed
