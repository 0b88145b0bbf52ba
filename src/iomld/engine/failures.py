"""What the machine refuses the engine: memory, disk, interruption."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from iomld.errors import OutsideError

__all__ = ["failures"]


@contextmanager
def failures() -> Iterator[None]:
    """Turn the engine's errors about memory and disk into ours.

    :raises OutsideError: ``engine-memory``, ``engine-disk``
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise OutsideError(
            "engine-memory",
            f"the memory does not suffice: {str(error).splitlines()[0]}",
            hint="give more with --memory, or free room on the disk for what spills",
        ) from error
    except (duckdb.InterruptException, RuntimeError) as error:
        # a signal that comes while a query runs is an error without a class of its own
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error
    except (duckdb.IOException, duckdb.TransactionException) as error:
        if isinstance(error, duckdb.TransactionException) and "No space left" not in str(error):
            raise
        raise OutsideError(
            "engine-disk", str(error).splitlines()[0], hint="free some room on the disk and run the command again"
        ) from error
    except OSError as error:
        # what readers put on the disk before the engine takes it
        if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise
        raise OutsideError(
            "engine-disk", error.strerror or str(error), hint="free some room on the disk and run the command again"
        ) from error
