"""What was decided to answer is kept, and is the same afterwards."""

import json

from bot.replies import Preview, Replace, Say, ShowCard, ShowJob, Toast, dump, load
from bot.screen import Button, Html, Screen


def test_what_is_kept_comes_back_as_it_was() -> None:
    screen = Screen(Html("<b>Pan</b>"), ((Button("Sí", "approve:1"), Button("Ver", url="https://example.org")),))
    replies = [
        Say(1, screen, 2),
        Replace(1, 2, screen),
        Preview(1, screen, "draft", "account"),
        Toast("tap", "hecho"),
        ShowCard("draft", anew=True),
        ShowJob("job"),
    ]
    assert load(json.loads(json.dumps(dump(replies)))) == replies
