"""What the user sees beside results: phases, bars, errors. All of it on standard error."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from iomld.errors import IomldError

__all__ = ["Console", "Phase", "counted", "render", "run"]

_SHOWN = 50  # mistakes printed before the rest is only counted
_LAST_PLURAL = r"s\b(?!.*s\b)"
_WRITERS = ("build", "convert", "init", "link", "map", "publish", "release")  # commands that leave something behind


def _coloured() -> bool:
    """Colour on a terminal, unless NO_COLOR says no or FORCE_COLOR says yes (no-color.org, force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stderr.isatty()


def _style(text: str, **style: object) -> str:
    return click.style(text, **style) if _coloured() else text  # type: ignore[arg-type]


def counted(number: int, what: str) -> str:
    """A number of things, in the singular where it is one; ``what`` is in the plural.

    >>> counted(1, "statements read"), counted(2000, "triples maps")
    ('1 statement read', '2,000 triples maps')
    """
    return f"{number:,} {what if number != 1 else re.sub(_LAST_PLURAL, '', what)}"


class Phase:
    """One phase of the work: a line when it ends, a bar while it lasts (on a terminal only)."""

    def __init__(self, name: str, *, bar: bool) -> None:
        self.name = name
        self.note = ""
        self._bar = bar
        self._shown = 0.0

    def count(self, number: int, what: str) -> None:
        """Say what the phase made; several counts are joined."""
        self.note += f"{', ' if self.note else ''}{counted(number, what)}"

    @property
    def shows(self) -> bool:
        """Whether somebody sees how far it has come."""
        return self._bar

    def progress(self, done: int, total: int | None = None, what: str = "") -> None:
        """Show how far the phase has come; costs next to nothing when called often."""
        now = time.monotonic()
        if not self._bar or now - self._shown < 0.1:
            return
        self._shown = now
        share = f"{'█' * (20 * done // total):<20} {100 * done // total:3d} %" if total else f"{done:,}"
        if total and what:
            share += f" of {counted(total, what)}"
        sys.stderr.write(f"\r\x1b[K{self.name:<12} {share}")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._bar and self._shown:
            sys.stderr.write("\r\x1b[K")


class Console:
    """Phases and notes for a command.

    On a terminal a phase ends in a line with its counts and seconds; in a pipe there is silence,
    unless ``verbose`` asks for the lines. ``quiet`` silences all but errors.
    """

    def __init__(self, *, quiet: bool = False, verbose: int = 0) -> None:
        self.verbose = verbose
        self._terminal = sys.stderr.isatty()
        self.talks = not quiet and (self._terminal or verbose > 0)

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """Time a phase."""
        phase = Phase(name, bar=self.talks and self._terminal)
        start = time.monotonic()
        try:
            yield phase
        finally:
            phase.clear()
        if self.talks:
            seconds = time.monotonic() - start
            click.echo(f"{_style(f'{name:<12}', bold=True)} {phase.note:<48} {seconds:7.2f} s", err=True)

    def note(self, text: str) -> None:
        """Say something that is no result."""
        if self.talks:
            click.echo(text, err=True)

    def warn(self, text: str) -> None:
        """Say something that the user should know, in a pipe too."""
        click.echo(f"{_style('warning', fg='yellow', bold=True)}: {text}", err=True)


def render(error: IomldError, *, writes: bool = False) -> str:
    """An error as text for a terminal: place, what was found, what to do, where to read more.

    :param writes: the command would have left something behind, so say that it did not
    """
    from iomld.errors import Mistakes

    errors = error.errors if isinstance(error, Mistakes) else (error,)
    lines = []
    for single in errors[:_SHOWN]:
        place = f"{_style(str(single.location), bold=True)}: " if single.location else ""
        lines.append(f"{place}{_style('error', fg='red', bold=True)}: {single.message} [{single.id}]")
        if single.hint:
            lines.append(f"  {single.hint}")
    if len(errors) > _SHOWN:
        lines.append(f"… and {len(errors) - _SHOWN:,} more")
    if len(errors) > 1:
        lines.append(counted(len(errors), "mistakes") + ("; nothing was written" if writes else ""))
    return "\n".join(lines)


def _outside(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    cure = {
        errno.ENOSPC: "the disk is full; free some room and run the command again",
        errno.EACCES: "permission denied; choose another place with -o, or change its permissions",
        errno.EBADF: "a standard stream that the command reads or writes is closed",
        errno.EROFS: "the place is read-only; choose another one with -o",
    }.get(error.errno or 0, error.strerror or str(error))
    return f"{place}{cure}"


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a click command; turn whatever happens into one message and an exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    name = next((one for one in given if not one.startswith("-")), "")
    _fill_closed_streams()
    try:
        with _ended_by_signal(catch=name != "serve") as signals:  # which takes signals itself
            return _run(command, given, name)
    except (click.Abort, KeyboardInterrupt):
        _say("stopped; nothing that was there before has been changed")
        return 128 + (signals[0] if signals else signal.SIGINT)
    finally:
        _let_go()


def _run(command: click.Command, arguments: list[str], name: str) -> int:
    try:
        code = command.main(args=arguments, prog_name="iomld", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        raise
    except click.ClickException as error:  # usage
        with suppress(OSError):
            error.show()
        return 2
    except BrokenPipeError:  # found out by the last flush
        return 0
    except OSError as error:
        _say(f"{_style('error', fg='red', bold=True)}: {_outside(error)} [outside]")
        return 4
    except MemoryError:
        _say("error: out of memory; lower --memory so that work spills to disk [out-of-memory]")
        return 4
    except Exception as error:
        from iomld.errors import IomldError  # only where something went wrong: --help does without

        if isinstance(error, IomldError):
            _say(render(error, writes=name in _WRITERS))
            return error.exit_code
        if os.environ.get("IOMLD_DEBUG"):
            raise
        if type(error).__name__ == "OutOfMemoryException":  # DuckDB's, which need not be loaded
            _say("error: the memory does not suffice; give more with --memory, or leave it out [engine-memory]")
            return 4
        _say(
            f"{_style('bug', fg='red', bold=True)}: {type(error).__name__}: {error}\n"
            "  This is a fault of iomld, not of yours. IOMLD_DEBUG=1 shows the traceback for a report."
        )
        return 70


def _say(text: str) -> None:
    with suppress(OSError):  # nobody listens: the exit code tells
        click.echo(text, err=True)


@contextmanager
def _ended_by_signal(*, catch: bool) -> Iterator[list[int]]:
    """Let SIGTERM end the work as Ctrl-C does, so that what is half written goes; the list takes its number."""
    caught: list[int] = []

    def end(number: int, frame: object) -> None:
        caught.append(number)
        raise KeyboardInterrupt

    alone = threading.current_thread() is threading.main_thread()  # others may set no handlers
    if not (catch and alone and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL):
        yield caught
        return
    signal.signal(signal.SIGTERM, end)
    try:
        yield caught
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _fill_closed_streams() -> None:
    """Open what takes the place of standard streams that are closed: else the next file would get their numbers.

    Input and output are opened the wrong way round, so that reading and writing there fail; messages are dropped.
    """
    streams = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for number, (name, mode, flags) in enumerate(streams):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)
            os.dup2(descriptor, number)  # children get it, too
            if descriptor != number:
                os.close(descriptor)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _let_go() -> None:
    """Keep Python's shutdown from flushing what nobody takes: it would end in an exit code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            descriptor = os.open(os.devnull, os.O_WRONLY)
            os.dup2(descriptor, stream.fileno())
            os.close(descriptor)
