"""Where the test suites of the specifications lie: ``$IOMLD_SUITES``, else ``../shared/suites`` beside the checkout."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("IOMLD_SUITES") or Path(__file__).resolve().parents[2] / "shared" / "suites")


def suite(name: str) -> Path:
    """The folder of a suite; the test is skipped, with the reason, where it is not there."""
    folder = ROOT / name
    if not folder.is_dir():
        pytest.skip(f"suite {name} not found in {ROOT}: set IOMLD_SUITES", allow_module_level=True)
    return folder
