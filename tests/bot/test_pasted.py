"""What people paste: the whole address, the end of it, or only the code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pasted import LONGEST, Pasted, read

CODE = "AQBx-7_kd.92"
BACK = "https://bot.example/oauth/plaza/return"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{BACK}?code={CODE}&state=s1", Pasted(CODE, "s1")),
        (f"{BACK}?state=s1&code={CODE}#_=_", Pasted(CODE, "s1")),
        (f"{BACK}?code={CODE}#_", Pasted(CODE, None)),
        (f"http://localhost:8080/oauth/plaza/return?code={CODE}&state=s1", Pasted(CODE, "s1")),
        (f"localhost:8080/oauth/plaza/return?code={CODE}&state=s1", Pasted(CODE, "s1")),
        (f"  <{BACK}?code={CODE}&state=s1>\n", Pasted(CODE, "s1")),
        (f"?code={CODE}&state=s1", Pasted(CODE, "s1")),
        (f"code={CODE}&state=s1#_=_", Pasted(CODE, "s1")),
        (f"{BACK}?code=a%2Fb%2Bc-1234&state=s1", Pasted("a/b+c-1234", "s1")),
        (f"{BACK}?error=access_denied&state=s1", Pasted(None, "s1", "access_denied")),
        (f"{CODE}#_=_", Pasted(CODE, None)),
        (CODE, Pasted(CODE, None)),
        ("a%2Fb%2Bc-1234", Pasted("a/b+c-1234", None)),
    ],
)
def test_an_answer_is_read(text: str, found: Pasted) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "gracias",
        "felicidades",
        "Mañana abrimos a las 8",
        "https://bot.example/oauth/plaza/return",
        "https://bot.example/?q=1",
        "https://[broken/?code=1",
        "code=",
        "x" * (LONGEST + 1),
        "code=a&" * 60,
    ],
)
def test_what_is_no_answer_is_none(text: str) -> None:
    assert read(text) is None


def test_a_code_is_not_shown() -> None:
    assert CODE not in repr(read(CODE))


@given(st.text(max_size=200))
def test_nothing_breaks_it(text: str) -> None:
    found = read(text)
    assert found is None or found.code or found.error
