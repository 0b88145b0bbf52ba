"""Short questions share a process of the Oxigraph server; a long one leaves it, and hurts nobody."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("httptools", reason="needs iomld[serve]")

from iomld.errors import OutsideError, QueryError
from iomld.serve.oxigraph import OxigraphWorker, Process, Wording, binary
from iomld.serve.pool import Pool, TooBusy
from iomld.serve.questions import Found, Index, Sparql
from iomld.serve.together import Together
from iomld.serve.waiting import future_of

BASE = "https://example.org/"
JSON = "application/sparql-results+json"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    import pyoxigraph

    if binary() is None:
        pytest.skip("needs iomld[oxigraph]")
    path = tmp_path_factory.mktemp("index") / "index"
    store = pyoxigraph.Store(str(path))
    predicate = pyoxigraph.NamedNode(f"{BASE}p")
    store.extend(
        pyoxigraph.Quad(pyoxigraph.NamedNode(f"{BASE}{number}"), predicate, pyoxigraph.Literal(str(number)))
        for number in range(2000)
    )
    store.flush()
    return Index(path, BASE, {})


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("SELECT ?l { ?s ex:p ?l }", True),
        ("#PREFIX ex: <http://x/>\nSELECT ?l { ?s ex:p ?l }", True),
        ("SELECT ?l { ?s ex:p 'PREFIX ex: <http://x/>' }", True),
        ("# one\nBASE <http://x/> PREFIX ex: <http://x/> SELECT ?l { ?s ex:p ?l }", False),
        ("PREFIX other: <http://y/>\nPREFIX ex:<http://x/>\nSELECT ?l { ?s ex:p ?l }", False),
        ("SELECT ?l { ?s <http://x/p> ?l }", False),
    ],
)
def test_a_prefix_is_declared_where_the_query_uses_and_does_not_declare_it(text: str, declared: bool) -> None:
    wording = Wording(Index(Path("index"), BASE, {"ex": "http://ours/"}), union=False)
    body = wording.request(Sparql(text, JSON, None)).partition(b"\r\n\r\n")[2].decode()
    assert body.endswith(text)
    assert ("PREFIX ex: <http://ours/>" in body) == declared


def short(number: int) -> Sparql:
    return Sparql(f"SELECT ?o {{ <{BASE}{number}> ?p ?o }}", JSON, None)


def long(number: int = 0) -> Sparql:
    return Sparql(f"{ENDLESS} # {number}", JSON, None)


class Made:
    """Processes, in the order in which they were started."""

    def __init__(self, program: Path, index: Index) -> None:
        self.all: list[Process] = []
        self._start = partial(Process, program, index)

    def __call__(self) -> Process:
        self.all.append(self._start())
        return self.all[-1]


def ask(together: Together, asked: Sparql, client: str = "") -> asyncio.Future[Found | None]:
    return future_of(partial(together.put, asked, client))


def run(
    index: Index,
    work: Callable[[Together, Made], Awaitable[Any]],
    *,
    seconds: float = 5,
    program: Path | None = None,
    **limits: int,
) -> Any:
    async def main() -> Any:
        chosen = program or binary()
        assert chosen is not None
        made, wording = Made(chosen, index), Wording(index, union=False)
        alone = Pool(lambda: OxigraphWorker(Process(chosen, index), wording), workers=1, seconds=seconds)
        together = Together(made, wording, alone, **limits)
        try:
            return await asyncio.wait_for(work(together, made), 60)
        finally:
            together.close()
            alone.close()

    return asyncio.run(main())


def test_many_are_answered_each_with_its_own(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        found = await asyncio.gather(*(ask(together, short(number), f"client {number % 3}") for number in range(60)))
        for number, answer in enumerate(found):
            assert answer is not None and f'"value":"{number}"'.encode() in answer[1]
        assert together.load == (0, 0) and together.stopped == 0

    run(index, work)


def test_a_long_question_goes_on_alone_and_others_are_asked_again(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        runaway = ask(together, long(), "greedy")
        number = 0
        while not together.stopped:
            answer = await ask(together, short(number), "modest")
            assert answer is not None and f'"value":"{number}"'.encode() in answer[1]
            number += 1
            await asyncio.sleep(0.01)
        assert together.stopped == 1 and not runaway.done()
        started = len(made.all)
        further = ask(together, long(1), "greedy")  # it had its turn: put apart at once
        await asyncio.sleep(0.4)
        assert together.stopped == 1 and len(made.all) == started
        for each in (runaway, further):
            with pytest.raises(QueryError) as caught:
                await each
            assert caught.value.id == "query-timeout"

    run(index, work, seconds=3)


def test_a_process_that_dies_takes_nobody_along(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        await ask(together, short(0))
        asked = [ask(together, short(number)) for number in range(30)]
        os.kill(made.all[0]._process.pid, signal.SIGKILL)
        found = await asyncio.gather(*asked)
        assert all(answer and f'"value":"{number}"'.encode() in answer[1] for number, answer in enumerate(found))

    run(index, work)


def test_connections_that_the_server_closed_are_opened_again(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        await ask(together, short(0))
        for _ in range(2):
            for channel in together._free:
                channel.close()
            await asyncio.sleep(0.05)
            found = await asyncio.gather(*(ask(together, short(number)) for number in range(6)))
            assert all(answer and f'"value":"{number}"'.encode() in answer[1] for number, answer in enumerate(found))
        assert len(made.all) == 2 and together.stopped == 0

    run(index, work)


def test_who_goes_away_is_not_answered_and_the_work_ends(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        await ask(together, short(0))
        leaving = ask(together, long())
        await asyncio.sleep(0.1)
        leaving.cancel()
        while together.load != (0, 0):  # bounded by the time of the test
            await asyncio.sleep(0.05)
        assert together.stopped == 1 and together._alone.load == (0, 0)
        assert await ask(together, short(5))

    run(index, work)


def test_who_asks_much_gives_way_where_no_more_may_wait(index: Index) -> None:
    async def work(together: Together, made: Made) -> None:
        many = [ask(together, short(number), "greedy") for number in range(10)]
        with pytest.raises(TooBusy):
            ask(together, short(10), "greedy")
        assert await ask(together, short(11), "modest")
        found = await asyncio.gather(*many, return_exceptions=True)
        assert [type(one) for one in found].count(TooBusy) == 1

    run(index, work, waiting=10)


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[Path]:
    program = tmp_path / "broken"
    program.write_text(f"#!{sys.executable}\n", encoding="utf-8")
    program.chmod(0o755)
    yield program


def test_a_program_that_does_not_start_is_told_and_not_tried_for_ever(index: Index, broken: Path) -> None:
    async def work(together: Together, made: Made) -> None:
        for number in range(3):
            with pytest.raises(OutsideError) as caught:
                await ask(together, short(number))
            assert caught.value.id == "query-died"
        assert len(made.all) <= 5

    run(index, work, program=broken)
