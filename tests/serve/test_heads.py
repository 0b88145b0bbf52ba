"""A head that was read before is known again, byte for byte and in no other way."""

import pytest

pytest.importorskip("starlette", reason="needs iomld[serve]")

from iomld.serve.heads import Heads, Usual
from iomld.serve.protocol import forms

HEAD = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n"
USUAL = Usual("POST", "/sparql", None, 6, forms(None))


@pytest.fixture
def heads() -> Heads:
    heads = Heads()
    heads.keep(HEAD + b"ASK {}", b"POST", b"/sparql", USUAL)
    return heads


@pytest.mark.parametrize("body", [b"ASK {}", b"ASK{ }", b"\r\n\r\n\r\n"])
def test_the_same_head_with_any_body_of_its_length(heads: Heads, body: bytes) -> None:
    assert heads.find(HEAD + body) == (USUAL, body)


@pytest.mark.parametrize(
    "data",
    [
        HEAD,
        HEAD + b"ASK {",
        HEAD + b"ASK {} ",
        HEAD + b"ASK {}" + HEAD,
        HEAD.replace(b"Host: a", b"Host: b") + b"ASK {}",
        HEAD.replace(b"\r\n", b"\n") + b"ASK {}",
        b"\r\n" + HEAD + b"ASK {}",
        HEAD[1:] + b"ASK {}",
        b"ASK {}",
        b"",
    ],
)
def test_all_else_is_left_to_the_parser(heads: Heads, data: bytes) -> None:
    assert heads.find(data) is None


@pytest.mark.parametrize("data", [b"\r\n\r\n" + HEAD, b"\r\n" + HEAD, HEAD[:-2], HEAD.replace(b"/sparql", b"/other")])
def test_what_does_not_begin_with_the_request_is_not_kept(data: bytes) -> None:
    heads = Heads()
    heads.keep(data, b"POST", b"/sparql", USUAL)
    assert not heads._known


def test_the_oldest_go_where_there_are_many() -> None:
    heads = Heads()
    each = [HEAD.replace(b"Host: a", b"Host: %d" % number) for number in range(3000)]
    for head in each:
        heads.keep(head, b"POST", b"/sparql", USUAL)
    assert heads.find(each[0] + b"ASK {}") is None and heads.find(each[-1] + b"ASK {}")
    heads.keep(HEAD.replace(b"Host: a", b"Host: " + b"a" * 3000), b"POST", b"/sparql", USUAL)
    assert len(heads._known) == 2048
