"""A short paper of a council that does not exist, and the tables that say what it says.

The text bears the marks of having been taken from pages. The tables are described by the metadata of the packaged
project, but for what a proof does not look at: cells that must not be empty, concepts, things that no table declares.
"""

import csv
import json
from pathlib import Path

METADATA = Path(__file__).parents[2] / "mappings" / "tables"

TEXT = """ THE RIVER COUNCIL
CROSSINGS AND TOLLS

1. The River Council (RC) met in Tarn on 3 and 4 May 2001, with twelve States and some 1,200 families
present.1  It recalled Resolution No. 12 (IV), by which it is to keep the fords open, and l’ Office des
Bacs took part as an ob-
{cut}
1 Resolution No. 12 (IV) of the River Council, 9 June 1999, paragraph 4.
2 See “ The Lower Ford” , a study of spring 2000.

Page 1
 server.  The Council’ s next meeting is planned for 30 September 2002 in Kesh.

Ferry School of Freedonia

2. The manœ uvre of ferries at the Lower Ford is the subject of a study2 begun in autumn 2001 for the
Upper Valley.  Freedonia and the Harbour Office take part in:

(i) the Toll Register, with 28 clerks;

(ii) the training of pilots in Kesh.

Harbour Office

3. The Assembly recommends that the following be done:

- 3.1. Sylvania should join the Toll Register;
- 3.2. the pilots’  leave should be longer.
""".replace("{cut}", " " * 40)

STRUCTURE = r"""
text = "crossings.txt"
noise = ['^Page \d+$']
[footnotes]
block = '(?ms)^ {20,}\n.*?(?=^ \S|\Z)'
unit = 'footnote-{}'
begin = '(?m)^{} '
[[part]]
begin = ''
unit = 'para-{}'
number = '(?m)^(?:- )?{}\. '
item = '(?m)^\({}\) '
sub = true
"""

UNITS = ("para-1", "footnote-1", "footnote-2", "para-2", "para-2/i", "para-2/ii", "para-3", "para-3.1", "para-3.2")

#: name of the table: its rows, columns that are not named are empty; pinpoints are below the paper
TABLES: dict[str, list[dict[str, str]]] = {
    "names": [
        {"subject": "organisation/rc", "name": "River Council", "language": "en", "pinpoints": "para-1|footnote-1"},
        {"subject": "organisation/rc", "name": "RC", "language": "en", "pinpoints": "para-1"},
        {"subject": "organisation/bacs", "name": "l’Office des Bacs", "language": "fr", "pinpoints": "para-1"},
    ],
    "events": [
        {"event": "rc-tarn-2001", "label": "Meeting of the River Council", "label_kind": "own", "start": "2001-05-03",
         "end": "2001-05-04", "city": "Tarn", "pinpoints": "para-1"},
        {"event": "rc-kesh-2002", "label": "next meeting", "label_kind": "quoted", "start": "2002-09-30",
         "city": "Kesh", "pinpoints": "para-1"},
    ],
    "activities": [
        {"activity": "ford-study", "label": "manœuvre of ferries", "label_kind": "quoted", "start": "2001-23",
         "region": "Upper Valley", "pinpoints": "para-2"},
        {"activity": "pilots", "label": "training of pilots", "label_kind": "quoted", "city": "Kesh",
         "parent": "activity/ford-study", "countries": "FRE", "pinpoints": "para-2/ii"},
        {"activity": "ferry-school", "label": "Ferry School of Freedonia", "label_kind": "quoted",
         "countries": "FRE", "pinpoints": "para-2"},
    ],
    "outputs": [
        {"output": "lower-ford", "label": "The Lower Ford", "label_kind": "quoted", "date": "2000-21",
         "pinpoints": "footnote-2"},
    ],
    "instruments": [
        {"instrument": "rc-res-12", "label": "Resolution No. 12 (IV)", "label_kind": "quoted", "number": "12 (IV)",
         "date": "1999-06-09", "pinpoints": "footnote-1"},
    ],
    "mandates": [
        {"mandate": "fords", "label": "Fords", "legal_basis": "paragraph 4", "pinpoints": "footnote-1"},
    ],
    "figures": [
        {"subject": "event/rc-tarn-2001", "value": "12", "as_written": "twelve States", "pinpoints": "para-1"},
        {"subject": "event/rc-tarn-2001", "value": "1200", "as_written": "some 1,200 families", "pinpoints": "para-1"},
        {"subject": "process/toll-register", "value": "28", "as_written": "28 clerks", "pinpoints": "para-2/i"},
    ],
    "participation": [
        {"process": "toll-register", "participant": "state/FRE", "as_written": "Freedonia", "since": "2001",
         "pinpoints": "para-2"},
        {"process": "toll-register", "participant": "state/SYL", "pinpoints": "para-3.1"},
    ],
    "involvements": [
        {"subject": "event/rc-tarn-2001", "agent": "organisation/bacs", "as_written": "took part as an observer",
         "pinpoints": "para-1"},
    ],
    "recommendations": [
        {"recommendation": "crossings-3.1", "number": "3.1", "pinpoints": "para-3.1"},
        {"recommendation": "crossings-3.2", "number": "3.2", "pinpoints": "para-3.2"},
    ],
    "units": [{"pinpoint": unit, "kind": "paragraph"} for unit in UNITS],
}  # fmt: skip

REGISTER: dict[str, list[dict[str, str]]] = {
    "organisations": [
        {"organisation": "rc", "label_en": "River Council", "acronym": "RC"},
        {"organisation": "bacs", "label_en": "Ferry Office"},
    ],
    "states": [
        {"state": "FRE", "label_en": "Freedonia", "label_fr": "Fridonie"},
        {"state": "SYL", "label_en": "Sylvania"},
    ],
    "processes": [{"process": "toll-register", "label_en": "Toll Register"}],
}


def write_paper(folder: Path) -> tuple[Path, Path]:
    """Write the paper and its tables; the folder of the tables, and that of the texts."""
    tables, texts = folder / "tables", folder / "texts"
    for part in (tables / "crossings", tables / "register", texts):
        part.mkdir(parents=True)
    (texts / "crossings.txt").write_text(TEXT, encoding="utf-8")
    (tables / "crossings" / "structure.toml").write_text(STRUCTURE, encoding="utf-8")
    for name, rows in TABLES.items():
        _describe(METADATA / f"{name}.csv-metadata.json", tables)
        _write(tables / "crossings" / f"{name}.csv", [_placed(row) for row in rows])
    for name, rows in REGISTER.items():
        _describe(METADATA / "register" / f"{name}.csv-metadata.json", tables / "register")
        _write(tables / "register" / f"{name}.csv", rows)
    return tables, texts


def _describe(metadata: Path, folder: Path) -> None:
    described = json.loads(metadata.read_text(encoding="utf-8"))
    for column in described["tableSchema"]["columns"]:
        for name in ("required", "mld:concept", "datatype"):
            column.pop(name, None)
        if "mld:path" in column:
            column["mld:path"] = "*"
        if column.get("mld:key") == "document":
            del column["mld:key"]
    (folder / metadata.name).write_text(json.dumps(described), encoding="utf-8")


def _placed(row: dict[str, str]) -> dict[str, str]:
    placed = {
        name: "|".join(f"crossings/{unit}" for unit in row[name].split("|"))
        for name in ("pinpoints", "pinpoint")
        if name in row
    }
    return row | placed


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    from iomld.sources.tableschema import find

    schema = find(path)
    assert schema is not None
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in schema.columns], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
