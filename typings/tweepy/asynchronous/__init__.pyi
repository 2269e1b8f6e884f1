# tweepy 4.17: what we use of it. With `return_type=dict` every call returns the body.

from typing import Any

class AsyncClient:
    bearer_token: str | None
    consumer_key: str | None
    consumer_secret: str | None
    access_token: str | None
    access_token_secret: str | None
    session: Any
    user_agent: str
    def __init__(
        self,
        bearer_token: str | None = ...,
        consumer_key: str | None = ...,
        consumer_secret: str | None = ...,
        access_token: str | None = ...,
        access_token_secret: str | None = ...,
        *,
        return_type: type[Any] = ...,
        wait_on_rate_limit: bool = ...,
    ) -> None: ...
    async def create_tweet(
        self,
        *,
        text: str | None = ...,
        media_ids: list[str] | None = ...,
        in_reply_to_tweet_id: str | None = ...,
        user_auth: bool = ...,
    ) -> Any: ...
    async def delete_tweet(self, id: str, *, user_auth: bool = ...) -> Any: ...  # noqa: A002 - its name
    async def get_me(self, *, user_auth: bool = ..., **params: Any) -> Any: ...
    async def get_users_tweets(self, id: str, *, user_auth: bool = ..., **params: Any) -> Any: ...  # noqa: A002 - its name
    async def request(
        self,
        method: str,
        route: str,
        params: dict[str, Any] | None = ...,
        json: Any = ...,
        user_auth: bool = ...,
    ) -> Any: ...
