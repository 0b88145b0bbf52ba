"""Made-up data with awkward values, and mappings of it: the task of the benchmarks of mapping."""

from __future__ import annotations

from pathlib import Path

import duckdb

__all__ = ["MAPPING", "generate"]

MAPPING = """
prefixes:
  voc: https://example.org/vocabulary/
  dcterms: http://purl.org/dc/terms/
  xsd: http://www.w3.org/2001/XMLSchema#
mappings:
  project:
    sources: [[projects.csv~csv]]
    s: https://example.org/project/$(key)
    po:
      - [a, voc:Project]
      - [dcterms:identifier, $(key)]
      - [dcterms:title, $(title), en~lang]
      - [dcterms:abstract, $(summary), en~lang]
      - [voc:begun, $(begun), xsd:date]
      - [voc:ended, $(ended), xsd:date]
      - [voc:cost, $(cost), xsd:decimal]
      - [voc:place, https://example.org/place/$(place)~iri]
      - [dcterms:isPartOf, https://example.org/register~iri]
      - p: voc:led
        o:
          mapping: body
          condition: {function: equal, parameters: [[str1, $(leader), s], [str2, $(key), o]]}
  body:
    sources: [[bodies.csv~csv]]
    s: https://example.org/body/$(place)/$(key)
    po:
      - [a, voc:Body]
      - [voc:name, $(name)]
      - [voc:kind, https://example.org/kind/$(kind)~iri]
  role:
    sources: [[roles.csv~csv]]
    s: https://example.org/project/$(project)
    po:
      - [voc:partner, https://example.org/partner/$(body)~iri]
      - [https://example.org/role/$(role), https://example.org/partner/$(body)~iri]
"""


def generate(folder: Path, projects: int) -> None:
    """Write three tables: quotes, backslashes, line breaks, empty cells, dangling keys and repeated rows in them."""
    bodies = max(projects // 20, 10)
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO pick(l, n, salt) AS l[1 + (hash(n, salt) % len(l))::INTEGER]")
        connection.execute(
            "CREATE MACRO word(n, salt) AS pick(['water', 'health', 'Überblick', 'éducation', 'roads', 'farming',"
            "'food security', 'women''s rights', 'migración', '水', 'школа', 'statistics'], n, salt)"
        )
        connection.execute(
            "CREATE MACRO place(n, salt) AS pick(['AT', 'BO', 'CI', 'DJ', 'EC', 'FJ', 'GH', 'HT'], n, salt)"
        )
        connection.execute("CREATE MACRO project(n) AS CASE WHEN n % 9 = 0 THEN 'P 1/' || n ELSE 'P-' || n END")
        connection.execute("CREATE MACRO body(n) AS CASE WHEN n % 31 = 0 THEN 'B/' || n || ' x' ELSE 'B-' || n END")
        tables = {
            "bodies": f"""SELECT body(n) AS key, word(n, 1) || CASE WHEN n % 4 = 0 THEN ', "' || word(n, 2) || '"'
                ELSE ' & Co' END AS name, pick(['state', 'agency', 'company'], n, 3) AS kind, place(n, 4) AS place
                FROM range({bodies}) t(n)""",
            "projects": f"""SELECT project(n) AS key, word(n, 1) || ' and ' || word(n, 2) || ' ' || n % 7 AS title,
                'Works on ' || word(n, 3) || CASE WHEN n % 15 = 0 THEN chr(10) || 'Files: C:\\' || n ELSE '' END
                || ' with a "shared" plan for ' || word(n, 4) || ', measured by ' || word(n, 5) || ' in the region of '
                || word(n, 6) || ', and with what partners bring to it.' AS summary,
                (DATE '2004-02-01' + (hash(n, 7) % 5000)::INTEGER)::VARCHAR AS begun,
                CASE WHEN hash(n, 8) % 3 > 0 THEN (DATE '2014-02-01' + (hash(n, 8) % 4000)::INTEGER)::VARCHAR END ended,
                ((hash(n, 9) % 90000000) / 100.0)::DECIMAL(18, 2)::VARCHAR AS cost, place(n, 10) AS place,
                body((hash(n, 11) % {bodies + bodies // 50})::BIGINT) AS leader FROM range({projects}) t(n)""",
            "roles": f"""SELECT body((hash(n, 12) % {bodies})::BIGINT) AS body,
                project((hash(n // (1 + (n % 5 = 0)::INTEGER), 13) % {projects})::BIGINT) AS project,
                pick(['funds', 'runs', 'checks'], n, 14) AS role FROM range({2 * projects}) t(n)""",
        }
        for name, query in tables.items():
            connection.execute(f"COPY ({query}) TO '{folder / name}.csv' (HEADER, DELIMITER ',', QUOTE '\"')")
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    (folder / "morph.ini").write_text(
        "[CONFIGURATION]\noutput_file = morph.nt\noutput_format = N-TRIPLES\nnumber_of_processes = 1\n"
        "logging_level = WARNING\n[DATA]\nmappings = mapping.yml\n",
        encoding="utf-8",
    )
