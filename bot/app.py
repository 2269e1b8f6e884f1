"""The composition root: the only place that builds. `build` opens everything, `run` is the process."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from urllib.parse import quote, urlsplit

import structlog
from telegram import Bot
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot import clock as real
from bot.answers import Answers
from bot.console import ConsoleError
from bot.courier import Courier
from bot.event import Event
from bot.fitting import Fitting
from bot.handlers.desk import House
from bot.handlers.routing import COMMANDS, route
from bot.i18n import Words, nearest
from bot.intake import ALLOWED, Intake
from bot.owner import invitation, new_code
from bot.progress import LiveMessages, Views
from bot.records import open_outside, open_records
from bot.render import alert, live, say
from bot.replies import Reply, Say, Toast
from bot.roles import Guests
from bot.screen import Screen
from bot.settings import Settings
from bot.web.front import Front, Webhook, application, listen
from publishers.engine.connections import Connections
from publishers.engine.contract import Platform
from publishers.engine.loading import load_platforms
from publishers.engine.model import Account, Job
from publishers.engine.orchestrator import Engine, Pace
from publishers.engine.outside import Clock
from publishers.engine.ports import Store, Unit
from publishers.engine.retry import Looks, RetryPolicy
from publishers.engine.simulator import Scene
from publishers.engine.steps import Fences
from storage.lock import Lock

log = structlog.get_logger(__name__)

FAREWELL = 5.0
"""Seconds a stop waits for the live messages to say their last word."""
INBOX_KEEPS = timedelta(days=7)
LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, wired together and opened; nothing of it moves before `serve`."""

    settings: Settings
    clock: Clock
    bot: Bot
    store: Store
    engine: Engine
    live: LiveMessages
    intake: Intake
    answers: Answers
    scene: Scene | None

    async def serve(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.engine.run(), name="engine")
            await self._meet_telegram()
            await self._invite_owner()
            tasks.create_task(self.live.resume(), name="resume")
            tasks.create_task(self.intake.work(), name="inbox")
            tasks.create_task(self._show_cards(), name="cards")
            tasks.create_task(self._listen(), name="updates")
            tasks.create_task(self._tidy(), name="tidy")
            log.info("ready", mode=self.settings.mode, platforms=sorted(self.engine.connections.platforms))

    async def farewell(self) -> None:
        """Finish what is on the wire, then say where things stand."""
        await self.engine.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self.live.settle()
        await self.live.stop()

    async def _meet_telegram(self) -> None:
        """Patient with the network, not with a wrong token. Raises telegram.error.InvalidToken."""
        pause = 1.0
        while True:
            try:
                await self.bot.initialize()
                await self.bot.set_my_commands(self._menu())
            except NetworkError as fault:
                log.warning("Telegram cannot be reached; trying again", fault=type(fault).__name__, seconds=pause)
                await self.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    def _menu(self) -> list[tuple[str, str]]:
        words = self.answers.words(None)
        return [(name, words(f"command.{name}")) for name in COMMANDS]

    async def _invite_owner(self) -> None:
        """Print the one-time code while nobody owns the bot."""
        if self.settings.telegram.owners:
            return
        async with self.store.unit() as unit:
            if await unit.people.owners():
                return
            code = await unit.people.code() or new_code()
            await unit.people.offer(code)
        print(invitation(code, self.bot.username), flush=True)  # noqa: T201 - for the console, never for the log

    async def _listen(self) -> None:
        webhook = self.settings.telegram.webhook
        if webhook is None:
            await self.bot.delete_webhook()
            await self.intake.poll()
        else:
            secret = webhook.secret_token.get_secret_value()
            await self.bot.set_webhook(webhook.url, secret_token=secret, allowed_updates=ALLOWED)

    async def _show_cards(self) -> None:
        """Drafts whose card a crash kept from the chat."""
        async with self.store.view() as unit:
            drafts = await unit.drafts.uncarded()
        for draft in drafts:
            await self.answers.show_card(draft.id)

    async def _tidy(self) -> None:
        while True:
            async with self.store.unit() as unit:
                await unit.inbox.purge(self.clock.now() - INBOX_KEEPS)
            await self.clock.sleep(self.settings.publishing.queue.cleanup_interval.total_seconds())


@asynccontextmanager
async def build(settings: Settings, clock: Clock | None = None) -> AsyncIterator[App]:
    """Open everything, in order. Raises what console.explain explains: bad settings, taken lock, port in use."""
    clock = clock or real.SystemClock()
    async with AsyncExitStack() as stack:
        stack.enter_context(Lock(settings.data_dir))
        records = await stack.enter_async_context(open_records(settings, clock))
        outside = await stack.enter_async_context(open_outside(records, clock))
        connected = load_platforms(settings.publishing.platforms, today=clock.now().date())
        scene = _scene(settings)
        connections = Connections(connected, records.store, outside, scene)
        bot = _bot(settings)
        stack.push_async_callback(bot.shutdown)
        courier = Courier(bot, clock)
        words = _words(settings)
        views = _views(records.store, words, {name: each.platform for name, each in connected.items()}, settings)
        progress = LiveMessages(records.store, clock, courier, views)
        engine = _engine(settings, records.store, clock, connections, progress)
        fitting = Fitting(connected, records.media)
        rehearsal = settings.mode != "live"
        house = House(
            connected=connected,
            connections=connections,
            fitting=fitting,
            courier=courier,
            guests=Guests(settings.telegram.owners, settings.telegram.editors, settings.telegram.authors),
            new_id=real.new_id,
            words=words,
            tries=engine.policy.attempts,
            dry_run=settings.mode == "dry_run",
            rehearsal=rehearsal,
            reconfirm=settings.approval.reconfirm_first_live,
        )
        answers = Answers(records.store, courier, fitting, records.media, progress, words, rehearsal)
        intake = _intake(bot, clock, house, answers, engine)
        hook = _webhook(settings, intake)
        await stack.enter_async_context(Front(application(records.media, hook), _sockets(settings)))
        yield App(settings, clock, bot, records.store, engine, progress, intake, answers, scene)


async def run(settings: Settings) -> None:
    """The real bot, until SIGTERM or SIGINT."""
    if settings.telegram.bot_token is None:
        raise ConsoleError("TELEGRAM_BOT_TOKEN is not set: put the token @BotFather gave you into .env.")
    async with build(settings) as app:
        serving = asyncio.create_task(app.serve(), name="serve")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            log.info("stopping")
        finally:
            await app.farewell()


# -- the parts ---------------------------------------------------------------------------------------------------


def _bot(settings: Settings) -> Bot:
    token = settings.telegram.bot_token
    return Bot(
        token.get_secret_value() if token is not None else "",
        base_url=settings.telegram.base_url,
        base_file_url=settings.telegram.base_file_url,
        request=HTTPXRequest(connection_pool_size=16, read_timeout=20, write_timeout=20, connect_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=20, connect_timeout=10),
    )


def _scene(settings: Settings) -> Scene | None:
    if settings.mode != "sandbox":
        return None
    simulator = settings.simulator
    return Scene(Random(simulator.seed), simulator.latency, simulator.failure_rate)  # noqa: S311 - faults to rehearse


def _words(settings: Settings) -> Callable[[str | None], Words]:
    @cache
    def words(locale: str | None) -> Words:
        return Words(nearest(locale, settings.locale), settings.timezone)

    return words


def _views(
    store: Store, words: Callable[[str | None], Words], networks: dict[str, Platform], settings: Settings
) -> Views:
    tries = settings.publishing.retry_policy.max_retries + 1

    async def of(job: Job) -> Words:
        async with store.view() as unit:
            person = await unit.people.person(job.approved_by.id)
        return words(person.locale if person is not None else None)

    async def show_live(job: Job, now: datetime) -> Screen:
        return live(job, networks, await of(job), now, tries=tries)

    async def show_alert(job: Job, now: datetime) -> Screen:
        async with store.view() as unit:
            accounts = await unit.accounts.accounts()
        pages = {account.id: page for account in accounts if (page := home(account, networks)) is not None}
        return alert(job, networks, await of(job), now, tries=tries, profiles=pages)

    return Views(show_live, show_alert)


def home(account: Account, networks: Mapping[str, Platform]) -> str | None:
    """The public page of an account, for a person to look at."""
    network = networks.get(account.platform)
    if network is None or network.home is None:
        return None
    return network.home.format(id=quote(account.external_id), name=quote(account.name.removeprefix("@")))


def _engine(settings: Settings, store: Store, clock: Clock, connections: Connections, live: LiveMessages) -> Engine:
    queue, policy = settings.publishing.queue, settings.publishing.retry_policy
    return Engine(
        store=store,
        clock=clock,
        connections=connections,
        progress=live,
        fences=Fences(store, clock, queue.settle, queue.silence),
        jitter=real.jitter,
        policy=RetryPolicy(policy.max_retries, policy.initial_delay, policy.backoff_factor, policy.max_delay),
        looks=Looks(queue.reconcile_after),
        pace=Pace(slots=queue.max_concurrent_jobs, job_timeout=queue.job_timeout),
    )


def _intake(bot: Bot, clock: Clock, house: House, answers: Answers, engine: Engine) -> Intake:
    async def routed(event: Event, unit: Unit) -> list[Reply]:
        house.courier.saw(event.chat_id, event.message_id)
        return await route(event, unit, house, clock.now())

    def apologize(event: Event) -> list[Reply]:
        words = house.words(None)
        stop: list[Reply] = [Toast(event.callback_id)] if event.callback_id is not None else []
        return [*stop, Say(event.chat_id, say(words, "reply.our_fault"))]

    return Intake(bot, answers.store, clock, routed, apologize, answers.give, engine.poke)


def _webhook(settings: Settings, intake: Intake) -> Webhook | None:
    given = settings.telegram.webhook
    if given is None:
        return None
    return Webhook(urlsplit(given.url).path or "/", given.secret_token, intake.accept)


def _sockets(settings: Settings) -> list[socket.socket]:
    server, webhook = settings.server, settings.telegram.webhook
    ports = dict.fromkeys((server.port, *((webhook.port,) if webhook is not None else ())))
    return [listen(server.host, port) for port in ports]
