"""A bakery's Saturday: the same networks, accounts, drafts and jobs for all tests of the screens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from adapters.adapted import Adapted, Part
from adapters.content import Content
from bot.i18n import Words
from bot.render import CardLine
from bot.screen import Screen
from publishers.engine.model import Account, Actor, Delivery, DeliveryStatus, Draft, DraftStatus, Job

MADRID = ZoneInfo("Europe/Madrid")
ES, EN = Words("es", MADRID), Words("en", MADRID)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
"""Saturday, ten o'clock in the bakery."""
MINUTE = timedelta(minutes=1)
S = DeliveryStatus
ANA = Actor(7, "Ana")
POST = Adapted("post", (Part("Hoy hay pan de centeno"),))
THREAD = Adapted("post", tuple(Part(f"parte {number}") for number in range(1, 6)))


@dataclass(frozen=True)
class Net:
    title: str
    icon: str


NETS = {"plaza": Net("Plaza", "📘"), "foto": Net("Foto", "📷"), "hilo": Net("Hilo", "🧵")}


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def delivery(platform: str, number: int = 1, *, adapted: Adapted = POST, name: str = "@panaderia", **rest) -> Delivery:
    return Delivery(uid(number), uid(100), uid(200 + number), platform, name, adapted, **rest)


def job(*deliveries: Delivery, text: str = "Hoy hay pan de centeno") -> Job:
    return Job(uid(100), uid(300), 5, Content(text), ANA, NOW, dry_run=False, deliveries=deliveries)


def account(platform: str, number: int = 1, name: str = "@panaderia", **rest) -> Account:
    return Account(uid(200 + number), platform, str(number), name, rest.pop("main", True), 1, **rest)


def draft(text: str = "Hoy hay pan de centeno", **rest) -> Draft:
    return Draft(uid(300), 5, 6, ANA, 3, DraftStatus.PENDING, Content(text, rest.pop("images", ())), (), NOW, **rest)


def target(platform: str, number: int = 1, *, on: bool = True, adapted: Adapted | None = POST, **rest) -> CardLine:
    net = NETS[platform]
    return CardLine(account(platform, number, **rest), net.title, net.icon, on, adapted if on else None)


def labels(screen: Screen) -> list[list[str]]:
    return [[button.label for button in row] for row in screen.buttons]


def taps(screen: Screen) -> list[str]:
    return [button.data for row in screen.buttons for button in row if button.data is not None]


ALLOWED = frozenset({"b", "i", "u", "s", "tg-spoiler", "a", "code", "blockquote"})


class _Checker(HTMLParser):
    """Reads as Telegram does: known tags only, all closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED, tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links += [value for _, value in attrs]
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html: str) -> tuple[str, list[str]]:
    """Visible text and addresses of well-formed Telegram HTML."""
    checker = _Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert html.count("<") == html.count(">") == 2 * sum(html.count(f"</{tag}>") for tag in ALLOWED)
    return "".join(checker.text), checker.links
