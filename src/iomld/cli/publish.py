"""``iomld publish``"""

from __future__ import annotations

from pathlib import Path

import click

from iomld.cli.options import folder_option, open_to_write, project_option, verbosity

__all__ = ["command"]


@click.command(
    "publish",
    epilog="""\b
Examples:
  iomld publish                the project here, or the packaged one, as a site in ./site
  iomld publish -o /srv/www    into a folder of a web server
  iomld publish -l fr -l es    pages in French and Spanish beside the English ones""",
)
@project_option
@folder_option("site", help="Folder of the site; it is replaced as a whole.")
@click.option(
    "-l",
    "--language",
    "languages",
    type=click.Choice(("en", "fr", "es")),
    multiple=True,
    default=("en",),
    show_default=True,
    help="Language of the pages; may be given several times.",
)
@click.option("--no-validate", is_flag=True, help="Publish without checking the data against the shapes.")
@verbosity
def command(
    project: Path | None, output: Path, languages: tuple[str, ...], no_validate: bool, quiet: bool, verbose: int
) -> int:
    """Write the dataset as a static site that any web server can hand out.

    Each thing has a page, Turtle, JSON-LD and N-Triples beside each other; .htaccess lets Apache choose between
    them. The files of the build, the vocabulary, the answers to the saved queries and a sitemap stand with them.
    A site that does not conform to the shapes is not written, and the old one stays; the exit code is then 1.
    """
    from dataclasses import replace

    from iomld.cli.console import Console
    from iomld.errors import UsageError
    from iomld.pipeline import build, site
    from iomld.publish import replacing_site, write_site
    from iomld.serve.questions import Index, answers

    console = Console(quiet=quiet, verbose=verbose)
    opened = open_to_write(project, quiet=quiet)
    for file in (*opened.inputs(), *(opened.queries.rglob("*.rq") if opened.queries else ())):
        if file.resolve().is_relative_to(output.resolve()):
            raise UsageError(
                "output-taken", f"{output} holds {file}, which the command needs", hint="choose another folder with -o"
            )
    with replacing_site(output) as folder:
        built = build(opened, folder, phases=console.phase, check=not no_validate)
        if built.folder is None:
            click.echo(f"{output}: nothing written, the data does not conform; see 'iomld validate'", err=True)
            return 1
        documents, prepared = site(opened, folder=folder, phases=console.phase)
        documents = replace(documents, languages=tuple(dict.fromkeys(("en", *languages))))
        index = Index(prepared.index, opened.base, dict(opened.prefixes))
        with console.phase("site") as phase:
            count = write_site(documents, folder, answers=answers(index, documents.queries), progress=phase.progress)
            phase.count(count, "files")
    console.note(f"{output}: done")
    return 0
