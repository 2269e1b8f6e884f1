"""What of a job is shown where: the live message, what stands below it, the one alert."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from bot.handlers.hold import HINT
from bot.i18n import Words
from bot.progress import Views
from bot.remaining import has_rest
from bot.render import alert, live, say
from bot.render.needs import excerpt
from bot.screen import Screen
from bot.settings import Settings
from bot.voices import WordsOf
from publishers.engine.contract import Platform
from publishers.engine.model import Account, Job, JobStatus
from publishers.engine.ports import Store


def viewing(store: Store, words: WordsOf, networks: dict[str, Platform], settings: Settings) -> Views:
    tries = settings.publishing.retry_policy.max_retries + 1

    async def of(job: Job) -> Words:
        async with store.view() as unit:
            return words(await unit.people.person(job.approved_by.id))

    async def show_live(job: Job, now: datetime) -> Screen:
        hint = job.status is JobStatus.PUBLISHED and await hints(job)
        return live(
            job, networks, await of(job), now, tries=tries, hint=hint, rest=await has_rest(store, job, networks)
        )

    async def hints(job: Job) -> bool:
        async with store.view() as unit:
            notice = await unit.notices.notice(job.chat_id, HINT)
        return notice is not None and notice.digest == job.id

    async def show_below(job: Job) -> Screen:
        words = await of(job)
        return say(words, "reply.set_out", excerpt=excerpt(job, words))

    async def show_alert(job: Job, now: datetime) -> Screen:
        async with store.view() as unit:
            accounts = await unit.accounts.accounts()
        pages = {account.id: page for account in accounts if (page := home(account, networks)) is not None}
        return alert(job, networks, await of(job), now, tries=tries, profiles=pages)

    def quiet(now: datetime) -> bool:
        hours = settings.approval.quiet_hours
        return hours is not None and now.astimezone(settings.timezone).time() in hours

    return Views(show_live, show_alert, show_below, quiet)


def home(account: Account, networks: Mapping[str, Platform]) -> str | None:
    """The public page of an account, for a person to look at."""
    network = networks.get(account.platform)
    if network is None or network.home is None:
        return None
    return network.home.format(id=quote(account.external_id), name=quote(account.name.removeprefix("@")))
