"""Mistakes in tables, each with the place and the message that a curator needs."""

from pathlib import Path

import pytest

from iomld.errors import IomldError, Mistakes
from iomld.sources.check import check_tables

THINGS = """{"mld:type": "thing", "tableSchema": {"primaryKey": "thing", "columns": [
  {"name": "thing", "required": true, "datatype": {"base": "string", "format": "[a-z-]+"}},
  {"name": "begun", "datatype": {"base": "string", "@id": "http://id.loc.gov/datatypes/edtf/EDTF-level1"}},
  {"name": "size", "datatype": "integer"}]}}"""
FACTS = """{"tableSchema": {"primaryKey": ["subject", "other"], "columns": [
  {"name": "subject", "required": true, "mld:path": ["thing"]},
  {"name": "other", "mld:key": "thing", "separator": "|"},
  {"name": "kind", "mld:concept": "kind"}]}}"""
CONCEPTS = """{"mld:type": "concept", "tableSchema": {"primaryKey": ["scheme", "notation"], "columns": [
  {"name": "scheme"}, {"name": "notation"}]}}"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "things.csv-metadata.json").write_text(THINGS)
    (tmp_path / "facts.csv-metadata.json").write_text(FACTS)
    (tmp_path / "concepts.csv-metadata.json").write_text(CONCEPTS)
    (tmp_path / "concepts.csv").write_text("scheme,notation\nkind,workshop\nkind,seminar\n")
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "things.csv").write_text("thing,begun,size\nalpha,2002-10,3\nbeta,,\n")
    (tmp_path / "paper" / "facts.csv").write_text("subject,other,kind\nthing/alpha,alpha|beta,workshop\n")
    return tmp_path


def mistakes(folder: Path) -> list[tuple[str, str]]:
    return [(error.id, str(error.location)) for error in check_tables(folder, root=folder)]


def only(folder: Path) -> IomldError:
    (error,) = check_tables(folder, root=folder)
    return error


def things(project: Path, text: str | bytes) -> None:
    (project / "paper" / "things.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


def facts(project: Path, text: str) -> None:
    (project / "paper" / "facts.csv").write_text(text)


def test_good_tables_have_no_mistakes(project: Path) -> None:
    assert mistakes(project) == []


def test_a_byte_order_mark_and_crlf_are_no_mistakes(project: Path) -> None:
    things(project, b"\xef\xbb\xbfthing,begun,size\r\nalpha,2002-10,3\r\nbeta,,\r\n")
    assert mistakes(project) == []


def test_not_utf8_names_the_line_and_the_byte(project: Path) -> None:
    things(project, "thing,begun,size\nalpha,,\nbêta,,\n".encode("latin-1"))
    error = check_tables(project, root=project)[0]
    assert (error.id, str(error.location)) == ("not-utf-8", "paper/things.csv:3")
    assert "0xEA" in error.message


@pytest.mark.parametrize(("row", "id"), [("alpha,2002", "too-few-cells"), ("alpha,2002,3,4", "too-many-cells")])
def test_rows_with_too_few_or_too_many_cells(project: Path, row: str, id: str) -> None:
    things(project, f"thing,begun,size\n{row}\nbeta,,\nalpha,,\n")
    error = only(project)
    assert (error.id, str(error.location)) == (id, "paper/things.csv:2")
    assert "3" in error.message


def test_missing_unknown_and_doubled_columns_are_told_at_once(project: Path) -> None:
    things(project, "thing,begn,begn\nalpha,,\n")
    found = [one for one in mistakes(project) if "things" in one[1]]
    assert ("unknown-column", "paper/things.csv:1:begn") in found
    assert ("header-doubled", "paper/things.csv:1:begn") in found
    assert ("column-missing", "paper/things.csv:1:begun") in found
    assert ("column-missing", "paper/things.csv:1:size") in found
    hints = [error.hint for error in check_tables(project, root=project) if error.id == "unknown-column"]
    assert hints == ["did you mean begun?"]


@pytest.mark.parametrize(("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_a_table_with_another_delimiter_is_told_once(project: Path, delimiter: str, name: str) -> None:
    for quote in ("", '"'):
        rows = [["thing", "begun", "size"], ["alpha", "2002,5", "3"]]
        things(project, "\r\n".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in rows))
        error = only(project)
        assert (error.id, str(error.location)) == ("table-delimiter", "paper/things.csv:1")
        assert name in error.message


def test_a_cell_of_the_header_may_hold_a_semicolon(project: Path) -> None:
    things(project, "thing,begun;size,size\n")
    assert ("unknown-column", "paper/things.csv:1:begun;size") in mistakes(project)


def test_a_table_without_header(project: Path) -> None:
    things(project, "")
    assert mistakes(project)[0] == ("header-missing", "paper/things.csv:1")


def test_a_quote_that_is_not_closed(project: Path) -> None:
    things(project, 'thing,begun,size\n"alpha,,\nbeta,,\n')
    assert "csv-malformed" in [id for id, _ in mistakes(project)]


def test_an_empty_and_a_doubled_key(project: Path) -> None:
    things(project, "thing,begun,size\nalpha,,\n,2002,\nbeta,,\nalpha,2003,\n")
    assert mistakes(project) == [
        ("cell-empty", "paper/things.csv:3:thing"),
        ("key-doubled", "paper/things.csv:5:thing"),
    ]


def test_a_malformed_date_is_told_with_examples(project: Path) -> None:
    things(project, "thing,begun,size\nalpha,Oct 2002,\nbeta,2002-13,\n")
    errors = check_tables(project, root=project)
    assert [str(error.location) for error in errors] == ["paper/things.csv:2:begun", "paper/things.csv:3:begun"]
    assert "2002-10-16" in (errors[0].hint or "")


def test_a_number_that_is_none(project: Path) -> None:
    things(project, "thing,begun,size\nalpha,,3 or 4\nbeta,,\n")
    assert only(project).id == "not-integer"


def test_unknown_names_come_with_the_nearest(project: Path) -> None:
    facts(project, "subject,other,kind\nthing/alhpa,alpha|betta,workshp\n")
    errors = check_tables(project, root=project)
    assert [str(error.location) for error in errors] == [
        "paper/facts.csv:2:subject",
        "paper/facts.csv:2:other",
        "paper/facts.csv:2:kind",
    ]
    assert sorted(error.hint or "" for error in errors) == [
        "did you mean beta?",
        "did you mean thing/alpha?",
        "did you mean workshop?",
    ]


def test_a_key_where_a_path_is_wanted(project: Path) -> None:
    facts(project, "subject,other,kind\nalpha,,\n")
    error = only(project)
    assert error.id == "path-malformed"
    assert "thing/alpha" in (error.hint or "")


@pytest.mark.parametrize(
    ("row", "message", "hint"),
    [
        ("thing/alpha,alpha||beta,", "one of the values that “|” parts is empty", "take out the “|” that is too many"),
        ("thing/alpha ,,", "“thing/alpha ” ends with a space", "take it out"),
        ("thing/alpha,,\u00a0workshop", "“\\u00a0workshop” begins with a blank (U+00A0)", "take it out"),
        ("thing/alpha,, ", "“ ” is blank", "leave the cell empty where nothing is said"),
    ],
)
def test_blanks_where_none_belong_say_where_they_stand(project: Path, row: str, message: str, hint: str) -> None:
    facts(project, f"subject,other,kind\n{row}\n")
    error = only(project)
    assert (error.id, error.message, error.hint) == ("cell-spaces", message, hint)


def test_signs_that_nobody_sees_are_told_by_their_codes(project: Path) -> None:
    facts(project, "subject,other,kind\nthing/alpha\u200b,be\u00adta,work\x07shop\n")
    assert {error.message for error in check_tables(project, root=project)} == {
        "unknown thing “thing/alpha\\u200b”",
        "unknown thing “be\\u00adta”",
        "“work\\x07shop” is not in the scheme kind",
    }


def test_a_table_that_no_metadata_speaks_for(project: Path) -> None:
    (project / "paper" / "fcats.csv").write_text("a\n")
    error = only(project)
    assert (error.id, (error.hint or "").startswith("did you mean facts.csv? Else ")) == ("unknown-table", True)


def test_a_table_that_no_metadata_speaks_for_is_told_with_the_types_that_nobody_declares(project: Path) -> None:
    (project / "things.csv-metadata.json").unlink()
    with pytest.raises(Mistakes) as caught:
        check_tables(project, root=project)
    assert {(error.id, str(error.location)) for error in caught.value.errors} == {
        ("metadata-malformed", "facts.csv-metadata.json:2"),
        ("metadata-malformed", "facts.csv-metadata.json:3"),
        ("unknown-table", "paper/things.csv"),
    }
    (untold,) = (error for error in caught.value.errors if error.id == "unknown-table")
    assert "things.csv-metadata.json" in (untold.hint or "")


def test_metadata_that_is_no_json(project: Path) -> None:
    (project / "facts.csv-metadata.json").write_text('{"tableSchema": \n oops}')
    with pytest.raises(IomldError) as caught:
        check_tables(project, root=project)
    assert caught.value.id == "metadata-malformed"
    assert str(caught.value.location) == "facts.csv-metadata.json:2:2"


META = """{
 "@context": ["http://www.w3.org/ns/csvw", {"mld": "https://w3id.org/iomld/ns#"}],
 "url": "facts.csv", "notes": [], "dc:title": "Facts", "dialect": {"header": true},
 "tableSchema": {
  "primaryKey": "subject", "rowTitles": "subject", "aboutUrl": "{subject}",
  "columns": [
   {"name": "subject", "titles": ["thing"], "required": true,
    "mld:path": ["thing"]},
   {"name": "other", "separator": "|", "propertyUrl": "ex:other", "virtual": false, "skos:note": 1,
    "mld:key": "thing", "mld:occurs": "text"},
   {"name": "size", "datatype": {"base": "decimal", "minimum": 0}},
   {"name": "kind", "null": ["", "-"], "datatype": {"base": "string", "format": "[a-z]+", "minLength": 2}}
  ]
 }
}
"""


def metadata_mistakes(project: Path, text: str | bytes) -> list[tuple[int | None, str]]:
    file = project / "facts.csv-metadata.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(IomldError) as caught:
        check_tables(project, root=project)
    errors = caught.value.errors if isinstance(caught.value, Mistakes) else (caught.value,)
    assert {(error.id, error.location and error.location.file) for error in errors} == {
        ("metadata-malformed", "facts.csv-metadata.json")
    }
    return [(error.location and error.location.line, f"{error.message} ({error.hint})") for error in errors]


def test_all_that_the_standard_knows_is_allowed(project: Path) -> None:
    facts(project, "subject,other,size,kind\nthing/alpha,,,\n")
    for mark in ("", "\ufeff"):
        (project / "facts.csv-metadata.json").write_text(mark + META)
        assert mistakes(project) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('"mld:key": "thing"', '"mld:key": "thingg"', 10, "type “thingg” (did you mean thing?)"),
        ('["thing"]}', '["thnig"]}', 8, "type “thnig” (did you mean thing?)"),
        ('"mld:key"', '"mld:kee"', 10, "“mld:kee” is no property of a column (did you mean mld:key?)"),
        ('"required"', '"requierd"', 7, "“requierd” is no property of a column (did you mean required?)"),
        ('"required": true', '"required": "yes"', 7, "required: “yes” is not true or false"),
        (
            '{"base": "decimal", "minimum": 0}',
            '"dat"',
            11,
            "“dat” is no datatype (did you mean date?)",
        ),
        ('"base": "string"', '"base": "strng"', 12, "“strng” is no datatype (did you mean string?)"),
        ('"base": "string"', '"bse": "string"', 12, "“bse” is no property of a datatype (did you mean base?)"),
        ('"minimum": 0', '"format": "#,##0"', 11, "format: values of the datatype decimal have one form only"),
        ('"minimum": 0', '"format": {"pattern": "#"}', 11, 'format: {"pattern": "#"} is not a regular expression'),
        ('"minimum": 0', '"minimum": "few"', 11, "minimum: “few” is no value of the datatype decimal"),
        ('"minLength": 2', '"minimum": 2', 12, "minimum: values of the datatype string have no order"),
        ('"minLength": 2', '"minLength": "2"', 12, "minLength: “2” is not a number of characters"),
        ('{"header": true}', '{"delimiter": ";"}', 3, "dialect: tables of a project have delimiter “,” (save"),
        ('"virtual": false', '"virtual": true', 9, "virtual: tables of a project do without it (leave"),
        ('"aboutUrl": "{subject}"', '"default": "x"', 5, "default: tables of a project do without it (write"),
        ('"aboutUrl": "{subject}"', '"datatype": "dat"', 5, "“dat” is no datatype (did you mean date?)"),
        ('"[a-z]+"', '"("', 12, "format: “(” is not a regular expression"),
        ('"mld:occurs": "text"', '"mld:occurs": "txt"', 10, "“txt” is no way in which"),
        ('"separator": "|"', '"separator": ""', 9, "separator: “” is not the text between"),
        ('"null": ["", "-"]', '"null": 3', 12, "null: 3 is not a text"),
        ('"primaryKey": "subject"', '"primaryKey": ["nope"]', 5, "“nope” is no column of the table"),
        ('"primaryKey"', '"primeKey"', 5, "did you mean primaryKey?"),
        ('"dialect"', '"dialekt"', 3, "“dialekt” is no property of a table (did you mean dialect?)"),
        ('"name": "size"', '"nmae": "size"', 11, "column 3 has no name"),
        ('"url"', '"mld:type": "concept", "url"', 3, "a table of concepts has a column “scheme”"),
    ],
)
def test_metadata_that_is_misspelt_is_told_at_its_line(project: Path, old: str, new: str, line: int, told: str) -> None:
    facts(project, "subject,other,size,kind\n")
    assert old in META
    assert [at for at, message in metadata_mistakes(project, META.replace(old, new)) if told in message] == [line]


@pytest.mark.parametrize(
    ("datatype", "good", "wrong", "id"),
    [
        ('"date"', "2002-02-28", "2002-02-30", "not-date"),
        ('"datetime"', "2002-10-16T24:00:00", "2002-10-16", "not-datetime"),
        ('"gYear"', "2002", "02", "not-gyear"),
        ('"boolean"', "true", "yes", "not-boolean"),
        ('"number"', "1.5E3", "1.5.0", "not-number"),
        ('"byte"', "-128", "128", "not-byte"),
        ('"integer"', "+38", "３８", "not-integer"),
        ('"duration"', "P1Y2M", "1 year", "not-duration"),
        ('{"base": "decimal", "minimum": 0, "maxExclusive": "100"}', "99.9", "100.0", "cell-limit"),
        ('{"base": "double", "minExclusive": 0}', "INF", "NaN", "cell-limit"),
        ('{"base": "date", "minInclusive": "1951-12-05"}', "1951-12-05", "1951-12-04", "cell-limit"),
        ('{"base": "gMonthDay", "maximum": "--10-16"}', "--02-29", "--10-17", "cell-limit"),
        ('{"base": "string", "length": 3}', "déj", "deja", "cell-limit"),
        ('{"minLength": 2, "maxLength": 3}', "ab", "abcd", "cell-limit"),
        ('{"base": "token", "format": "[A-Z]+"}', "AB", "ab", "cell-pattern"),
        ('"json"', "{", "", None),
    ],
)
def test_values_are_held_against_their_datatype_and_its_limits(
    project: Path, datatype: str, good: str, wrong: str, id: str | None
) -> None:
    (project / "values.csv-metadata.json").write_text(
        f'{{"tableSchema": {{"columns": [{{"name": "value", "datatype": {datatype}}}]}}}}'
    )
    (project / "paper" / "values.csv").write_text(f"value\n{good}\n{wrong}\n")
    assert mistakes(project) == ([(id, "paper/values.csv:3:value")] if id else [])


def test_columns_inherit_what_their_table_and_schema_say(project: Path) -> None:
    (project / "values.csv-metadata.json").write_text(
        '{"null": "-", "datatype": "integer", "tableSchema": {"required": true, "separator": " ", "columns": ['
        '{"name": "many"}, {"name": "text", "datatype": "string", "separator": null, "null": "?"}]}}'
    )
    (project / "paper" / "values.csv").write_text("many,text\n1 2,a b\n1 x,-\n-,?\n")
    assert mistakes(project) == [
        ("not-integer", "paper/values.csv:3:many"),
        ("cell-empty", "paper/values.csv:4:many"),
        ("cell-empty", "paper/values.csv:4:text"),
    ]


def test_mistakes_of_metadata_are_told_together(project: Path) -> None:
    text = META.replace("required", "requierd").replace('"mld:occurs": "text"', '"mld:occurs": 3')
    (project / "things.csv-metadata.json").write_text("[]")
    with pytest.raises(Mistakes) as caught:
        (project / "facts.csv-metadata.json").write_text(text)
        check_tables(project, root=project)
    assert len(caught.value.errors) == 3


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"[]", None, "[] is not an object (a metadata file holds"),
        (b"3", None, "3 is not an object"),
        (b"{}", None, "tableSchema is missing"),
        (b'{\n"tableSchema": 3}', 2, "tableSchema is 3, not an object"),
        (b'{"tableSchema":\n{"columns": {}}}', 2, "columns is {}, not an array"),
        (b'{"tableSchema":\n{"columns": [\n3]}}', 3, "column 1 is 3, not an object"),
        (b'{\n"tableSchema": "\xe9"}', 2, "byte 19 (0xE9) is not UTF-8"),
        (b"[" * 100_000, None, "nested too deeply"),
    ],
)
def test_metadata_of_another_kind(project: Path, content: bytes, line: int | None, told: str) -> None:
    ((at, message),) = metadata_mistakes(project, content)
    assert told in message
    assert at == line


def test_metadata_that_changes_is_read_again(project: Path) -> None:
    facts(project, "subject,other,kind\nthing/alpha,,\n")
    assert mistakes(project) == []
    file = project / "facts.csv-metadata.json"
    file.write_text(file.read_text().replace('"name": "kind"', '"name": "sort"'))
    assert sorted(id for id, _ in mistakes(project)) == ["column-missing", "unknown-column"]


def test_nearer_metadata_wins(project: Path) -> None:
    (project / "paper" / "facts.csv-metadata.json").write_text('{"tableSchema": {"columns": [{"name": "a"}]}}')
    facts(project, "a\n1\n")
    assert mistakes(project) == []


def test_a_missing_table_is_told_once_and_not_by_all_that_refer_to_it(project: Path) -> None:
    (project / "paper" / "things.csv").unlink()
    assert mistakes(project) == [("table-missing", ".")]


def test_a_table_that_cannot_be_read_is_told_once(project: Path) -> None:
    things(project, "thing,begun,size\nb\xeata,,\n".encode("latin-1"))
    assert mistakes(project) == [("not-utf-8", "paper/things.csv:2")]
