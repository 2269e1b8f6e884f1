"""What each page says, as data."""

from collections.abc import Mapping
from datetime import datetime

from bot.i18n import Words
from bot.leaving import Fault, Opening
from bot.outcomes import Outcome, sentences
from bot.render.linked import end
from bot.render.room import plain
from bot.web.embedded import Device
from bot.web.page_html import Key, Sheet
from publishers.engine.contract import Platform
from publishers.engine.linkings import Linking, Stage

INSIDE = {
    Device.ANDROID: "page.inside.android",
    Device.APPLE: "page.inside.apple",
    Device.OTHER: "page.inside.other",
}
FAULTS = {
    Fault.UNKNOWN: "link.unknown.page",
    Fault.EXPIRED: "link.expired.page",
    Fault.USED: "link.used.page",
}
DELEGATED = {Fault.EXPIRED: "link.expired.delegated", Fault.USED: "link.used.delegated"}
LONGEST = 120
"""Of a name, which people choose as they like."""


def before(
    opening: Opening, linking: Linking, platform: Platform, words: Words, *, now: datetime, inside: Device | None
) -> Sheet:
    """What will happen, before anything does."""
    title, account = platform.title, opening.account
    names = {"platform": title, "name": short(linking.by.name), "account": short(account.name) if account else ""}
    facts = [(words("page.link.account"), names["account"])] if account else []
    facts.append((words("page.link.lasts"), words("page.link.minute")))
    facts.append((words("page.link.valid"), words.until(linking.expires_at, now)))
    lead = "page.link.lead_delegated" if linking.delegated else "page.link.lead"
    enter = "page.link.step_enter_as" if account else "page.link.step_enter"
    back = "page.link.step_back_delegated" if linking.delegated else "page.link.step_back"
    return Sheet(
        language=words.locale,
        icon=platform.icon,
        title=words("page.link.title_renew" if account else "page.link.title", **names),
        lead=words(lead, **names),
        facts=facts,
        hint=_hint(opening, words, names, inside),
        steps=[words(key, **names) for key in ("page.link.step_go", enter, back)],
        assurances=[words(key, **names) for key in ("page.link.can", "page.link.cannot", "page.link.undo")],
        key=Key(words("page.link.go", **names)),
        foot=words("page.link.not_you", **names),
    )


def _hint(opening: Opening, words: Words, names: Mapping[str, str], inside: Device | None) -> str:
    told = [words(INSIDE[inside], **names)] if inside is not None else []
    if opening.simulated:
        told.append(words("page.simulated", **names))
    return "\n".join(told)


def fault(why: Fault, words: Words, chat: str | None, linking: Linking | None = None) -> Sheet:
    """A link that cannot be used any more: one sentence, and how to get another one."""
    delegated = linking is not None and linking.delegated and why in DELEGATED
    name = short(linking.by.name) if linking is not None else ""
    return Sheet(
        language=words.locale,
        icon="🔗",
        title=words("page.fault.title"),
        lead=words((DELEGATED if delegated else FAULTS)[why], name=name),
        key=_home(words, chat) if not delegated else None,
        good=False,
    )


def after(outcome: Outcome, platform: Platform, words: Words, chat: str | None, *, now: datetime) -> Sheet:
    """What became of it, on the way back to the chat."""
    delegated = outcome.linking is not None and outcome.linking.delegated
    home = _home(words, chat) if not delegated else None
    again = Key(words("page.again"), outcome.again.url) if outcome.again is not None else None
    icon, title = _head(outcome.stage, delegated=delegated)
    return Sheet(
        language=words.locale,
        icon=icon,
        title=words(title, platform=platform.title),
        lead=_sentence(outcome, platform, words),
        facts=_facts(outcome, platform, words, now),
        key=again or home,
        other=home if again is not None else None,
        foot="" if home is not None or again is not None else words("page.close"),
        good=outcome.stage in {Stage.DONE, Stage.CHOOSING},
    )


def _head(stage: Stage, *, delegated: bool) -> tuple[str, str]:
    if stage is Stage.DONE:
        return "✅", "page.done.title"
    if stage is Stage.CHOOSING:
        return ("✅", "page.thanks.title") if delegated else ("👆", "page.choosing.title")
    return "⚠️", "page.not.title"


def nothing(words: Words, chat: str | None) -> Sheet:
    """A result that is no longer kept, or never was."""
    return Sheet(words.locale, "💬", words("page.gone.title"), words("page.gone"), key=_home(words, chat))


def _sentence(outcome: Outcome, platform: Platform, words: Words) -> str:
    params = {name: short(value) for name, value in outcome.params.items()}
    return " ".join(words(key, platform=platform.title, **params) for key in sentences(outcome, words))


def _facts(outcome: Outcome, platform: Platform, words: Words, now: datetime) -> list[tuple[str, str]]:
    account = outcome.account
    if account is None:
        return []
    facts = [(platform.title, short(account.name))]
    until = end(account, now)
    if until is not None:
        facts.append((words("page.done.until"), words.date(until)))
    return facts


def _home(words: Words, chat: str | None) -> Key | None:
    return Key(words("page.chat"), chat) if chat is not None else None


def short(name: str) -> str:
    """On one line, without marks that turn the direction of what follows."""
    told = plain(name)
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"
