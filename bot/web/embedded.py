"""Browsers inside other apps: logging in there often fails, or asks for a password the real browser knows already.

They are known by what they call themselves; one that hides is served all the same, only without the hint.
"""

import re
from enum import StrEnum

_APPS = re.compile(
    r"Telegram|\bFB(?:AN|AV|_IAB|IOS)\b|musical_ly|Bytedance|\bLine/|Snapchat|WhatsApp|MicroMessenger", re.IGNORECASE
)
"""Those that would pass for the real browser of the phone; the others give themselves away by what is missing."""
_ANDROID_VIEW = re.compile(r"Android.*(?:; wv\)|Version/[\d.]+ Chrome/)")
_APPLE_VIEW = re.compile(r"\((?:iPhone|iPad|iPod)[^)]*\).*AppleWebKit(?!.*Safari/)")
LONGEST = 1024


class Device(StrEnum):
    ANDROID = "android"
    APPLE = "apple"
    OTHER = "other"


def embedded(agent: str) -> Device | None:
    """The kind of device when this is a browser inside an app; None for a real browser."""
    agent = agent[:LONGEST]
    if not any(known.search(agent) for known in (_APPS, _ANDROID_VIEW, _APPLE_VIEW)):
        return None
    if "Android" in agent:
        return Device.ANDROID
    return Device.APPLE if re.search(r"iPhone|iPad|iPod", agent) else Device.OTHER
