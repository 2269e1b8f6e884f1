"""The whole product as a person meets it: what they wait for, and what it costs."""

import asyncio
import time

from bench_celery import FSYNC, both
from bench_networks import networks
from bench_rows import Found, Measured
from bench_size import Size, median, percentile
from bench_street import Street, answered, choose_all, more, public, slow_street, street


async def tap(size: Size) -> Found:
    """Tap → first request and result → edit in an idle process, what it has grown to, and the first of them again when
    it is busy.
    """
    async with street("facebook", "twitter") as here:
        await here.process.start()
        taps, edits = [], []
        for number in range(size.taps + 1):
            seconds, edit = await _one(here, f"Hoy hay pan de espelta, número {number}")
            if number:
                taps.append(seconds * 1000)
                edits += edit
        grown = here.memory()
        held = await _busy(here, size)
    return {
        "tap.busy.p99": Measured(percentile(held, 0.99) * 1000, len(held), f"p50 {median(held) * 1000:.0f} ms"),
        "tap.p50": Measured(median(taps), len(taps)),
        "tap.p95": Measured(percentile(taps, 0.95), len(taps)),
        "tap.edit": Measured(median(edits), len(edits)),
        "tap.edit.p95": Measured(percentile(edits, 0.95), len(edits)),
        "tap.memory": Measured(grown),
    }


async def _one(here: Street, text: str) -> tuple[float, list[float]]:
    """Seconds from the tap to the first request, and from each result to the edit that shows it."""
    card = await here.act.draft(text)
    here.asked.clear()
    here.public.clear()
    seen = [asyncio.create_task(here.shows(card, f"{name} ✅")) for name in ("Facebook", "X")]
    tapped = await here.approve(card)
    shown = dict(zip(("Facebook", "X"), await asyncio.gather(*seen), strict=True))
    return min(at for at, _ in here.asked) - tapped, [shown[name] - at for at, name in here.public]


async def _busy(here: Street, size: Size) -> list[float]:
    """Seconds from a tap to the first request while ten jobs hang on one network and others are on their way."""
    gate = asyncio.Event()
    here.stage.x.fault("POST /2/tweets", "slow", times=1_000_000, until=gate)
    here.stage.graph.fault(lambda _: True, "slow", times=1_000_000, until=size.answer)
    for number in range(size.stuck):
        await here.approve(await here.act.draft(f"Hoy hay roscón, número {number}"))
    await here.act.until(lambda: sum("roscón" in text for _, text in here.asked) >= 2 * size.stuck, 30)
    taps = [await _first(here, f"Hoy hay pan de centeno, número {number}") for number in range(size.busy)]
    await here.process.kill()
    gate.set()
    return taps


async def _first(here: Street, text: str) -> float:
    """Seconds from the tap to the first request with this text; nobody waits for its end."""
    card = await here.act.draft(text)
    tapped = await here.approve(card)
    return await here.act.until(lambda: next((at for at, said in here.asked if said == text), 0.0), 60) - tapped


async def start(size: Size) -> Found:
    """Process start → first update handled, and the memory it has then."""
    times, idle, drafts = [], [], []
    async with street() as here:
        for number in range(size.starts):
            times.append(await answered(here))
            idle.append(here.memory())
            await here.act.draft(f"Hoy hay pan de espelta, número {number}")
            drafts.append(here.memory())
            await here.process.stop()
    async with networks(size.answer) as served, both(served, size) as (celery, missing):
        theirs = {name: each.memory() for name, each in celery.items() if name != FSYNC}
    note = missing or "there worker and Redis, without a bot"
    return {
        "start.update": Measured(median(times), size.starts),
        "start.memory": Measured(median(idle), size.starts, note, celery=theirs),
        "start.memory.card": Measured(median(drafts), size.starts),
    }


async def jobs(size: Size) -> Found:
    """Three networks that take their time for each request, a container that is ready in 1 s."""
    async with slow_street(size) as here:
        await here.process.start()
        days = range(size.days)
        alone = [await _walls(here, [f"Hoy hay pan de espelta, día {day}"]) for day in days]
        ten = [await _walls(here, [f"Día {day}: horno {n}" for n in range(size.batch)]) for day in days]
        await asyncio.sleep(2)
        grown = here.memory()
        with_nine = await _nine(here, size)
        await here.process.kill()
    one, one_shown = (median(values) for values in zip(*alone, strict=True))
    slowest, shown = (median(values) for values in zip(*ten, strict=True))
    return {
        **with_nine,
        "jobs.1x3": Measured(one, len(alone)),
        "jobs.1x3.shown": Measured(one_shown, len(alone)),
        "jobs.10x3": Measured(slowest, len(ten)),
        "jobs.10x3.shown": Measured(shown, len(ten), "one chat, one edit a second"),
        "jobs.memory": Measured(grown, 1, "three networks, a picture drawn for each draft"),
    }


async def _nine(here: Street, size: Size) -> Found:
    """The same with nine accounts: three on each network."""
    await more(here)
    await choose_all(here, await here.act.draft("Hoy estrenamos horno"))
    days = range(size.days)
    alone = [await _walls(here, [f"Hoy hay pan de nueces, día {day}"], shown=False) for day in days]
    ten = [await _walls(here, [f"Día {day}: horno nuevo {n}" for n in range(size.batch)], shown=False) for day in days]
    one, many = (median([public for public, _ in each]) for each in (alone, ten))
    note = "three accounts on each of three networks"
    return {"jobs.1x9": Measured(one, len(alone), note), "jobs.10x9": Measured(many, len(ten), note)}


async def _walls(here: Street, texts: list[str], *, shown: bool = True) -> tuple[float, float]:
    """Seconds from the first tap until the last post of all was public, and until the chat showed every job done.

    A card that is no longer last in the chat gets a live message of its own, so all messages are counted.
    """
    cards = [await here.act.draft(text) for text in texts]
    before = _celebrated(here)
    tapped = [await here.approve(card) for card in cards]
    assert tapped[-1] - tapped[0] < 1, "the jobs are approved within one second"
    showing = asyncio.create_task(_shown(here, before + len(texts) if shown else 0))
    await here.act.until(lambda: all(set(texts) <= set(posts) for posts in public(here)), 60)
    ended = time.perf_counter()
    return ended - tapped[0], await showing - tapped[0]


async def _shown(here: Street, messages: int) -> float:
    await here.stage.telegram.until(lambda: _celebrated(here) >= messages, 60)
    return time.perf_counter()


def _celebrated(here: Street) -> int:
    return sum("🎉" in message.text for message in here.act.phone.chat if message.sender.is_bot)
