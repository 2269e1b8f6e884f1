"""The composition root: the only place that builds. `build` opens everything, `run` is the process."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot
from telegram.request import HTTPXRequest

from bot import clock as real
from bot.answers import Answers
from bot.console import ConsoleError
from bot.courier import Courier
from bot.endings import Endings
from bot.event import Event
from bot.fetching import Fetching
from bot.fitting import Fitting, Shelf, customary
from bot.handlers.desk import House
from bot.handlers.routing import route
from bot.intake import Intake
from bot.late import LateCards
from bot.life import App
from bot.linkage import assembled, chat_address
from bot.linking import Linker
from bot.parting import Parting
from bot.previews import Previews, previewing
from bot.progress import LiveMessages
from bot.records import open_outside, open_records
from bot.render import say
from bot.replies import Reply, Say, Toast
from bot.roles import Guests
from bot.settings import Settings
from bot.stopping import Stop
from bot.tidying import Tidying
from bot.viewing import viewing
from bot.voices import WordsOf, voices
from bot.web.front import Front, Webhook, application, listen
from bot.web.pages import Pages
from publishers.engine.connections import Connections
from publishers.engine.fences import Fences
from publishers.engine.inspection import Inspection
from publishers.engine.keeper import Keeper
from publishers.engine.loading import Connected, load_platforms
from publishers.engine.meter import Meter
from publishers.engine.orchestrator import Engine, Pace
from publishers.engine.outside import Clock, Outside
from publishers.engine.ports import Unit
from publishers.engine.preflight import Preflight
from publishers.engine.remote_scene import RemoteScene
from publishers.engine.retention import Keeps
from publishers.engine.retry import Looks, RetryPolicy
from publishers.engine.scheduler import Scheduler
from publishers.engine.simulator import Networks, Scene
from publishers.wire.guarded import Guarded
from storage.alarms import Alarms
from storage.lock import Lock

log = structlog.get_logger(__name__)


@asynccontextmanager
async def build(settings: Settings, clock: Clock | None = None, guarded: Guarded | None = None) -> AsyncIterator[App]:
    """Open everything, in order. Raises what console.explain explains: bad settings, taken lock, port in use."""
    clock = clock or real.SystemClock()
    async with AsyncExitStack() as stack:
        stack.enter_context(Lock(settings.data_dir))
        records = await stack.enter_async_context(open_records(settings, clock))
        outside = await stack.enter_async_context(open_outside(records, clock))
        connected = load_platforms(settings.publishing.platforms, today=clock.now().date())
        connections = Connections(connected, records.store, outside, _scene(settings, outside))
        tls = {"verify": outside.wire.tls}
        polling = HTTPXRequest(connection_pool_size=2, read_timeout=20, connect_timeout=10, httpx_kwargs=tls)
        bot = _bot(settings, polling, tls)
        stack.push_async_callback(bot.shutdown)
        courier = Courier(bot, clock)
        words = voices(settings.locale, settings.timezone)
        networks = {name: each.platform for name, each in connected.items()}
        views = viewing(records.store, words, networks, settings)
        late = LateCards(records.store, clock, courier, words, networks, slots=bool(settings.schedule.slots))
        progress = LiveMessages(records.store, clock, courier, views, late.heard)
        alarms = await stack.enter_async_context(Alarms(settings.data_dir))
        scheduler = Scheduler(records.store, clock, alarms, settings.schedule.preflight)
        engine = _engine(settings, scheduler, connections, progress)
        studio = stack.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="studio"))
        seen = await stack.enter_async_context(previewing(settings, clock, guarded or Guarded(outside.wire.tls)))
        fitting = _fitting(settings, connected, records.media, studio, words=words, previews=seen)
        fetching = Fetching(bot, records.media, studio, clock)
        stack.push_async_callback(fetching.stop)
        sockets = _sockets(settings)
        linker = assembled(settings, engine, courier, words, _guests(settings), port=sockets[0].getsockname()[1])
        stack.push_async_callback(linker.stop)
        house = _house(settings, engine, words, courier=courier, fitting=fitting, fetching=fetching, linker=linker)
        parting = Parting(records.store, connections, courier, words)
        mode = settings.mode
        answers = Answers(records.store, courier, fitting, records.media, progress, words, linker, parting, mode)
        intake = _intake(bot, polling, house, answers, engine)
        hook = _webhook(settings, intake)
        pages = Pages(linker, words, networks, clock, real.new_secret, partial(chat_address, settings, bot))
        await stack.enter_async_context(Front(application(records.media, hook, pages.routes()), sockets))
        tidying = Tidying(records.store, records.media, clock, _keeps(settings))
        keeper = Keeper(records.store, clock, connections, real.jitter)
        owners = settings.telegram.owners
        endings = Endings(records.store, clock, courier, words, networks, connections, owners, views.quiet)
        yield App(
            settings, clock, bot, records.store, engine, progress, intake, answers, tidying, late, keeper, endings
        )


async def run(settings: Settings, stop: Stop) -> None:
    """The real bot, until it is asked to stop: also while it is being built."""
    if settings.telegram.bot_token is None:
        raise ConsoleError("TELEGRAM_BOT_TOKEN is not set: put the token @BotFather gave you into .env.")
    building = asyncio.current_task()
    if building is not None:
        stop.calls(building.cancel)
    try:
        async with build(settings) as app:
            gc.freeze()  # what is there now stays: looking through all of it for garbage would hold the loop for 60 ms
            await _live(app, stop)
    except asyncio.CancelledError:
        if not stop.asked:
            raise


async def _live(app: App, stop: Stop) -> None:
    serving = asyncio.create_task(app.serve(), name="serve")
    stop.calls(serving.cancel, app.awaited)
    try:
        await serving
    finally:
        await app.farewell()


# -- the parts ---------------------------------------------------------------------------------------------------


def _bot(settings: Settings, polling: HTTPXRequest, tls: Mapping[str, Any]) -> Bot:
    token = settings.telegram.bot_token
    return Bot(
        token.get_secret_value() if token is not None else "",
        base_url=settings.telegram.base_url,
        base_file_url=settings.telegram.base_file_url,
        request=HTTPXRequest(
            connection_pool_size=16, read_timeout=20, write_timeout=20, connect_timeout=10, httpx_kwargs=dict(tls)
        ),
        get_updates_request=polling,
    )


def _scene(settings: Settings, outside: Outside) -> Networks | None:
    if settings.mode != "sandbox":
        return None
    simulator = settings.simulator
    if simulator.url is not None:
        return RemoteScene(simulator.url, outside.wire, outside.clock)
    chance = Random(simulator.seed)  # noqa: S311 - faults to rehearse
    return Scene(chance, outside.clock, simulator.latency, simulator.failure_rate)


def _fitting(
    settings: Settings,
    connected: Mapping[str, Connected],
    shelf: Shelf,
    studio: Executor,
    *,
    words: WordsOf,
    previews: Previews,
) -> Fitting:
    return Fitting(connected, shelf, studio, settings.brand.style, customary(connected, words(None)), previews)


def _engine(settings: Settings, scheduler: Scheduler, connections: Connections, live: LiveMessages) -> Engine:
    queue, policy = settings.publishing.queue, settings.publishing.retry_policy
    store, clock = scheduler.store, scheduler.clock
    meter = Meter(store, clock, connections)
    return Engine(
        store=store,
        clock=clock,
        connections=connections,
        progress=live,
        fences=Fences(store, clock, queue.settle, queue.silence),
        scheduler=scheduler,
        jitter=real.jitter,
        policy=RetryPolicy(policy.max_retries, policy.initial_delay, policy.backoff_factor, policy.max_delay),
        looks=Looks(queue.reconcile_after),
        pace=Pace(slots=queue.max_concurrent_jobs, job_timeout=queue.job_timeout, grace=settings.schedule.missed_grace),
        preflight=Preflight(store, clock, Inspection(connections, meter.full), live, settings.schedule.preflight),
    )


def _keeps(settings: Settings) -> Keeps:
    given = settings.publishing.queue.retention
    return Keeps(given.completed, given.completed_last, given.failed)


def _guests(settings: Settings) -> Guests:
    return Guests(settings.telegram.owners, settings.telegram.editors, settings.telegram.authors)


def _house(
    settings: Settings,
    engine: Engine,
    words: WordsOf,
    *,
    courier: Courier,
    fitting: Fitting,
    fetching: Fetching,
    linker: Linker,
) -> House:
    return House(
        connected=engine.connections.platforms,
        connections=engine.connections,
        fitting=fitting,
        fetching=fetching,
        courier=courier,
        guests=_guests(settings),
        linker=linker,
        new_id=real.new_id,
        words=words,
        tries=engine.policy.attempts,
        grace=engine.pace.grace,
        dry_run=settings.mode == "dry_run",
        rehearsal=settings.mode != "live",
        reconfirm=settings.approval.reconfirm_first_live,
        second_person=settings.approval.second_person,
        hold=settings.approval.hold,
        slots=settings.schedule.slots,
    )


def _intake(bot: Bot, polling: HTTPXRequest, house: House, answers: Answers, engine: Engine) -> Intake:
    clock = engine.clock

    async def routed(event: Event, unit: Unit) -> list[Reply]:
        house.courier.saw(event.chat_id, event.message_id)
        return await route(event, unit, house, clock.now())

    async def prefetch(event: Event) -> None:
        if event.attachment is not None:
            await house.fetching.fetch(event.attachment)

    def apologize(event: Event) -> list[Reply]:
        words = house.words(None)
        stop: list[Reply] = [Toast(event.callback_id)] if event.callback_id is not None else []
        return [*stop, Say(event.chat_id, say(words, "reply.our_fault"))]

    return Intake(bot, polling, answers.store, clock, routed, apologize, answers.give, engine.poke, prefetch)


def _webhook(settings: Settings, intake: Intake) -> Webhook | None:
    given = settings.telegram.webhook
    if given is None:
        return None
    return Webhook(urlsplit(given.url).path or "/", given.secret_token, intake.accept)


def _sockets(settings: Settings) -> list[socket.socket]:
    server, webhook = settings.server, settings.telegram.webhook
    ports = dict.fromkeys((server.port, *((webhook.port,) if webhook is not None else ())))
    return [listen(server.host, port) for port in ports]
