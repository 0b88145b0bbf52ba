"""The access log: a line of JSON for each request."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from iomld.errors import OutsideError
from iomld.location import SourceLocation

__all__ = ["access_lines"]


@contextmanager
def access_lines(
    file: Path | None, *, standard_error: bool = False
) -> Iterator[Callable[[Mapping[str, object]], None] | None]:
    """What writes a line for each request; None where nothing is to be written.

    :param file: lines are added at its end
    :raises OutsideError: ``output-not-writable``
    """
    with ExitStack() as stack:
        outs = [sys.stderr] if standard_error else []
        if file is not None:
            try:
                outs.append(stack.enter_context(file.open("a", encoding="utf-8", buffering=1)))
            except OSError as error:
                raise OutsideError(
                    "output-not-writable",
                    f"cannot write here: {error.strerror}",
                    location=SourceLocation(str(file)),
                    hint="choose another file with --access-log",
                ) from error

        def write(line: Mapping[str, object]) -> None:
            text = json.dumps(line, ensure_ascii=False) + "\n"
            for out in outs:
                out.write(text)

        yield write if outs else None
