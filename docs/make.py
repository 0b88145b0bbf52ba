"""Make the pages of docs/ that come from the code and the data: ``python docs/make.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main() -> None:
    """Write every generated page whose text has changed."""
    from tests.ontology import vocabulary_page

    from docs import notebook_page, questions_page, tables_page

    for maker in (questions_page, tables_page, vocabulary_page, notebook_page):
        text = maker.page()
        if not maker.PAGE.is_file() or maker.PAGE.read_text(encoding="utf-8") != text:
            maker.PAGE.write_text(text, encoding="utf-8")
            print(f"{maker.PAGE.relative_to(ROOT)}: made")


if __name__ == "__main__":
    main()
