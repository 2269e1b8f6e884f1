import pytest

from bot.handles import handle


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@ana.pan", "ana.pan"),
        (" ana-pan_9 ", "ana-pan_9"),
        ("＠ana", "ana"),
        ("@ana.", "ana"),
        ("José", "José"),
        ("https://red.es/ana.pan/?hl=es#x", "ana.pan"),
        ("http://www.red.es/@ana", "ana"),
        ("https://red.es/@ana/post/5", "ana"),
        ("red.es/ana", "ana"),
        ("www.red.es/in/ana-pan-5a/", "ana-pan-5a"),
        ("https://red.es/in/jos%C3%A9", "josé"),
        ("https://red.es/COMPANY/pan", "pan"),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_handle_or_the_address_of_a_profile(said: str, meant: str) -> None:
    assert handle(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "@",
        "@@ana",
        "...",
        "_",
        "ana pan",
        "ana\npan",
        "ana/pan",
        "@ana!",
        "x" * 101,
        "https://red.es/",
        "https://red.es/p/5",
        "https://red.es/ana/status/5",
        "https://[/ana",
    ],
)
def test_what_cannot_be_one(said: str) -> None:
    assert handle(said) is None
