"""Containers as two networks tell of them, and what their failures mean."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.graph import FakeGraph
from fakes.standins import MemoryMedia
from publishers.engine.errors import MediaRejected, Rejected, Stale
from publishers.engine.outside import Outside
from publishers.wire.containers import Containers, State, failure
from publishers.wire.graph import Graph
from publishers.wire.http import Wire


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    clock = FakeClock()
    async with FakeGraph(now=clock.now) as server, Wire(clock, timeout=5) as wire:
        server.instagram("7007", "token")
        server.fault("GET /*", "error", status=200, body={"status": "ERROR", "error_message": "INVALID_DURATION"})
        yield Graph(Outside(clock, wire, MemoryMedia()), server.url, "v26.0", SecretStr("token"))


async def test_the_fields_that_tell_may_have_other_names(graph: Graph) -> None:
    containers = Containers(graph, "7007", "threads", ("status", "error_message"))
    assert await containers.state("1") == State("ERROR", "INVALID_DURATION")


def test_a_failure_without_a_reason_blames_the_picture() -> None:
    assert isinstance(failure("Error: something", "container"), MediaRejected)
    assert isinstance(failure("Error 2207999", "container"), MediaRejected)


def test_a_failure_is_the_texts_the_pictures_or_passing() -> None:
    assert type(failure("Error 2207010", "container")) is Rejected
    assert failure("Error 2207009", "child-2").code == "picture_ratio"
    passing = failure("Error 2207053", "child-2")
    assert isinstance(passing, Stale)
    assert passing.keys == ("child-2",)
