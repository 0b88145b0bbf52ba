"""What every benchmark of whole processes begins with."""

from __future__ import annotations

import compileall
import importlib.util
from pathlib import Path

__all__ = ["as_installed"]


def as_installed() -> None:
    """Compile the modules of iomld, as pip does where it installs a package; a checkout may lack them."""
    spec = importlib.util.find_spec("iomld")
    assert spec is not None and spec.origin is not None
    compileall.compile_dir(Path(spec.origin).parent, quiet=2)
