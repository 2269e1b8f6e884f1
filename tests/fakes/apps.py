"""Our apps, registered with the fakes of a stage: with them its accounts can be linked by consent."""

from typing import Any

from fakes.graph import FakeGraph
from fakes.x import FakeX

META, X = ("990011", "meta-app-secret"), ("x-client-id", "x-client-secret")
CARMEN_THERE = "501"
"""Who has the pages, at Facebook."""


def registered(graph: FakeGraph, x: FakeX, base: str) -> dict[str, dict[str, Any]]:
    """The parts of the configuration by which a product reached at `base` links accounts of these servers.

    The pages there are belong to one person, the first user of X is logged in to the browser.
    """
    graph.app_id, graph.app_secret = META
    graph.login.redirect_uris |= {f"{base}/oauth/{name}/return" for name in ("facebook", "instagram")}
    graph.login.person(CARMEN_THERE, *graph.pages)
    x.client = X
    x.redirect_uris.add(f"{base}/oauth/twitter/return")
    meta = {"graph_url": graph.url, "dialog_url": graph.dialog_url, "client_id": META[0], "client_secret": META[1]}
    own = {"api_url": x.url, "authorize_url": x.authorize_url, "client_id": X[0], "client_secret": X[1]}
    return {"facebook": dict(meta), "instagram": dict(meta), "twitter": own}
