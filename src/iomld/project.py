"""The project file as one frozen value."""

from __future__ import annotations

import datetime
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from iomld import __version__
from iomld.errors import IomldError, ProjectError, nearest, raise_all
from iomld.location import SourceLocation, line_in_toml
from iomld.terms.prefixes import WELL_KNOWN, PrefixMap

__all__ = ["Project", "nearest_folder", "open_project", "packaged", "start"]

FILE = "iomld.toml"


@dataclass(frozen=True)
class Project:
    """What a build is made from, and where it lies.

    :param file: the project file
    :param root: its folder; every path of the project is below it
    :param base: base IRI of everything that the project mints; ends in ``/``
    :param release: version of the dataset
    :param title: title of the dataset by language; ``description`` likewise
    :param dataset: licence, publisher, dates and keywords for the description of the dataset
    :param tables: folder of tables with CSVW metadata, checked before any mapping runs
    :param mappings: mapping documents, in the order of their paths; ``ontology`` and ``shapes`` likewise
    :param queries: folder of saved queries
    :param links: folder of SSSOM link tables
    :param reference: folder of reference tables of the linking room
    :param prefixes: the project's prefixes and the well-known ones
    """

    file: Path
    root: Path
    name: str
    base: str
    release: str
    title: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    dataset: Mapping[str, Any] = field(default_factory=dict)
    tables: Path | None = None
    mappings: tuple[Path, ...] = ()
    ontology: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()
    queries: Path | None = None
    links: Path | None = None
    reference: Path | None = None
    prefixes: PrefixMap = field(default_factory=lambda: PrefixMap(WELL_KNOWN))

    def shown(self, path: Path) -> str:
        """A path as the user knows it: relative to the project."""
        return str(path.absolute().relative_to(self.root.absolute()))

    def inputs(self) -> list[Path]:
        """The files of the project that a build depends on, sorted; a mapping may read others beside them."""
        files = {self.file, *self.mappings, *self.ontology, *self.shapes}
        for folder in (self.tables, self.links, self.reference):
            if folder:
                files.update(path for path in folder.rglob("*") if _is_data(path.relative_to(folder)))
        return sorted(path for path in files if path.is_file())

    def digest(self) -> str:
        """SHA-256 over the version of iomld and the paths and bytes of all inputs, in hexadecimal."""
        digest = hashlib.sha256(__version__.encode())
        for path in self.inputs():
            digest.update(f"\0{self.shown(path)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def _is_data(path: Path) -> bool:
    """Whether a file of a folder of data is one, and not what programs leave or find there.

    Hidden files, the copies and locks of editors and spreadsheets, scripts and what Python makes of them.
    """
    left = any(part.startswith((".", "~", "#")) or part == "__pycache__" for part in path.parts)
    return not left and not path.name.endswith("~") and path.suffix not in (".py", ".pyc")


def packaged() -> Path:
    """The folder of the project that comes with iomld."""
    inside = Path(__file__).parent / "packaged"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def nearest_folder() -> Path | None:
    """The nearest folder with a project file: this one, or one above it; None where there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), None)


def open_project(path: Path | None = None) -> Project:
    """Open a project: the one given, else that of the nearest ``iomld.toml`` here or above, else the packaged one.

    :param path: project file, or its folder
    :raises ProjectError: every mistake of the project file
    """
    there = path or nearest_folder() or packaged()
    file = there / FILE if there.is_dir() else there
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProjectError(
            "project-missing",
            "there is no project file here",
            location=SourceLocation(str(file)),
            hint="'iomld init' makes one; without --project the packaged project is used",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(
            "project-unreadable", f"cannot be read: {error}", location=SourceLocation(file.name)
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(match[1]), int(match[2])) if match else (None, None)
        raise ProjectError(
            "project-malformed",
            f"not TOML: {str(error).split(' (at')[0]}",
            location=SourceLocation(file.name, line=line, column=column),
        ) from error
    return _project(file, text, document)


_WORKFLOW = """\
name: dataset
on: [push, pull_request]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.11"}
      - run: pip install iomld
      - run: iomld build
      - run: iomld validate -f sarif -o findings.sarif --fail-on none
      - run: iomld test
"""


def start(folder: Path, *, ci: str | None = None) -> list[Path]:
    """Write the example project into a folder.

    :param ci: ``github`` also writes a workflow
    :returns: the files written
    :raises ProjectError: ``project-exists``, before anything is written
    """
    source = Path(__file__).parent / "starter"
    files = {
        path.relative_to(source): path.read_text(encoding="utf-8")
        for path in sorted(source.rglob("*"))
        if path.is_file()
    }
    files[Path(".gitignore")] = "/build/\n"
    if ci == "github":
        files[Path(".github/workflows/dataset.yml")] = _WORKFLOW
    present = [path for path in files if (folder / path).exists()]
    raise_all(
        ProjectError(
            "project-exists",
            "the file is there already",
            location=SourceLocation(str(folder / path)),
            hint="begin in an empty folder; nothing was written",
        )
        for path in present
    )
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in files]


_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "project": ("name", "base", "release", "title", "description"),
    "dataset": ("licence", "publisher", "issued", "modified", "keywords", "homepage"),
    "paths": ("tables", "mappings", "ontology", "shapes", "queries", "links", "reference"),
    "prefixes": (),
}
#: how paths are written
_PATHS: Mapping[str, str] = {
    "tables": '"tables"',
    "mappings": '["mappings/*.yml"]',
    "ontology": '["ontology/*.ttl"]',
    "shapes": '["shapes/*.ttl"]',
    "queries": '"queries"',
    "links": '"mappings/links"',
    "reference": '"reference"',
}

_IRI = r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+"
_NAMESPACE = r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]*"
_DAY = r"\d{4}-\d\d-\d\d"
#: member: the form of its value, and that form in words
_FORMS: Mapping[str, tuple[str, str]] = {
    "release": (r"[A-Za-z0-9][A-Za-z0-9.\-]*", "a version such as 1.2.0 or 2026.11 (letters, digits, points, hyphens)"),
    "licence": (_IRI, "the IRI of a licence, such as https://creativecommons.org/licenses/by/4.0/"),
    "homepage": (_IRI, "an absolute IRI"),
    "issued": (_DAY, "a day such as 2026-11-21"),
    "modified": (_DAY, "a day such as 2026-11-21"),
}


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _project(file: Path, text: str, document: dict[str, Any]) -> Project:
    errors: list[IomldError] = []
    root = file.absolute().parent

    def wrong(id: str, message: str, path: tuple[str, ...], hint: str | None = None) -> None:
        errors.append(
            ProjectError(id, message, location=SourceLocation(file.name, line=line_in_toml(text, path)), hint=hint)
        )

    for section, content in document.items():
        if section not in _MEMBERS:
            wrong(
                "project-unknown-member",
                f"unknown section [{section}]",
                (section,),
                nearest(section, _MEMBERS) or f"the sections are {', '.join(f'[{each}]' for each in _MEMBERS)}",
            )
            continue
        if not isinstance(content, dict):
            wrong("project-value", f"{section} = {content!r} is not a section", (section,), f"write [{section}]")
            continue
        for member in content:
            if section != "prefixes" and member not in _MEMBERS[section]:
                hint = nearest(member, _MEMBERS[section]) or f"[{section}] holds {', '.join(_MEMBERS[section])}"
                wrong("project-unknown-member", f"unknown member “{member}” in [{section}]", (section, member), hint)

    project, dataset, paths, prefixes = (
        content if isinstance(content := document.get(section, {}), dict) else {}
        for section in ("project", "dataset", "paths", "prefixes")
    )
    base = project.get("base", "")
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`#?]+/", str(base)):
        wrong(
            "project-base",
            f"base “{base}” is not an absolute IRI that ends in /",
            ("project", "base"),
            'for instance base = "https://example.org/data/"',
        )

    def below(member: str, given: object) -> bool:
        """Whether a member tells a path or pattern below the project."""
        path = PurePosixPath(given) if isinstance(given, str) else PurePosixPath()
        if path.parts and not path.is_absolute() and ".." not in path.parts:
            return True
        wrong(
            "project-value",
            f"{member}: {given!r} is not a path below the project",
            ("paths", member),
            f"write it relative to {FILE}: {member} = {_PATHS[member]}",
        )
        return False

    def folder(member: str) -> Path | None:
        if member not in paths or not below(member, paths[member]):
            return None
        path = root / str(paths[member])
        if not path.is_dir():
            wrong("project-path-missing", f"{member}: there is no folder {paths[member]}", ("paths", member))
        return path

    def files(member: str) -> tuple[Path, ...]:
        found: list[Path] = []
        patterns = paths.get(member, [])
        for pattern in patterns if isinstance(patterns, list) else [patterns]:
            if not below(member, pattern):
                continue
            try:
                matched = sorted(path for path in root.glob(pattern) if path.is_file())
            except ValueError as error:
                wrong("project-value", f"{member}: {pattern!r} is no pattern: {error}", ("paths", member))
                continue
            if not matched:
                wrong("project-path-missing", f"{member}: no file matches {pattern}", ("paths", member))
            found += matched
        return tuple(dict.fromkeys(found))

    def by_language(member: str) -> dict[str, str]:
        value = project.get(member, {})
        return dict(value) if isinstance(value, dict) else {"en": value}

    # What goes into IRIs and typed values of the published description must be of their form.
    for section, member, given, (pattern, expected) in [
        ("project", "release", project.get("release", "0"), _FORMS["release"]),
        *(("dataset", name, dataset[name], _FORMS[name]) for name in _FORMS if name in dataset),
    ]:
        if not re.fullmatch(pattern, str(given)):
            wrong("project-value", f"{member} = “{given}” is not {expected}", (section, member))
    for member in ("issued", "modified"):
        day = str(dataset.get(member, ""))
        if re.fullmatch(_DAY, day) and not _is_day(day):
            wrong("project-value", f"{member} = “{day}” is no day of the calendar", ("dataset", member))
    if not isinstance(publisher := dataset.get("publisher", ""), str):
        wrong("project-value", f"publisher = {publisher!r} is not a name", ("dataset", "publisher"))
    keywords = dataset.get("keywords", [])
    if not isinstance(keywords, list) or not all(isinstance(keyword, str) for keyword in keywords):
        wrong(
            "project-value",
            "keywords is not a list of texts",
            ("dataset", "keywords"),
            'for instance keywords = ["migration"]',
        )
    for member in ("title", "description"):
        if not isinstance(given := project.get(member, ""), str | dict):
            wrong(
                "project-value",
                f"{member} = {given!r} is not a text",
                ("project", member),
                f'for instance {member} = "Meetings", or {member} = {{en = "Meetings", fr = "Réunions"}}',
            )
            continue
        for language, words in by_language(member).items():
            if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language) or not isinstance(words, str):
                message = f"{member}.{language} is not a text under a language tag"
                wrong("project-value", message, ("project", member, language))

    for prefix, namespace in prefixes.items():
        if not isinstance(namespace, str) or not re.fullmatch(_NAMESPACE, namespace):
            wrong(
                "project-prefix",
                f"prefix “{prefix}” is bound to {namespace!r}, which is not an absolute IRI",
                ("prefixes", prefix),
                'for instance "https://example.org/ns#"',
            )
    mappings, ontology, shapes = map(files, ("mappings", "ontology", "shapes"))
    tables, queries, links, reference = map(folder, ("tables", "queries", "links", "reference"))
    tables_of_links = sorted(path for form in ("tsv", "csv") for path in links.glob(f"*.{form}")) if links else []
    if tables_of_links and not any(path.stem.endswith(".sssom") for path in tables_of_links):
        misnamed = tables_of_links[0]
        wrong(
            "project-path-missing",
            f"links: no *.sssom.tsv in {paths['links']}",
            ("paths", "links"),
            f"{misnamed.name} is not read: call it {misnamed.stem}.sssom{misnamed.suffix}",
        )
    raise_all(errors)
    return Project(
        file=root / file.name,
        root=root,
        name=str(project.get("name", root.name)),
        base=str(base),
        release=str(project.get("release", "0")),
        title=by_language("title"),
        description=by_language("description"),
        dataset=dataset,
        tables=tables,
        mappings=mappings,
        ontology=ontology,
        shapes=shapes,
        queries=queries,
        links=links,
        reference=reference,
        prefixes=PrefixMap(WELL_KNOWN).merged(prefixes),
    )
