"""The suites of RML: each case that should pass passes, each known failure still fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.mapping.rml_suites import KNOWN_FAILURES, SUITES, Case, cases, differs_in_numbers_alone, run
from tests.suites import ROOT, suite


def _cases(name: str) -> list[Case]:
    return cases(ROOT / name) if (ROOT / name / "metadata.csv").is_file() else []


@pytest.mark.parametrize("name", SUITES)
def test_suite_is_there(name: str) -> None:
    assert len(_cases(suite(name).name)) >= 20


@pytest.mark.parametrize("case", [case for name in SUITES for case in _cases(name)], ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    wrong = run(case, tmp_path)
    if case.id in KNOWN_FAILURES:
        assert wrong is not None, "passes now: take it from KNOWN_FAILURES"
        assert differs_in_numbers_alone(case, tmp_path), "the reason in KNOWN_FAILURES is not the whole of it"
        pytest.xfail(KNOWN_FAILURES[case.id])
    assert wrong is None
