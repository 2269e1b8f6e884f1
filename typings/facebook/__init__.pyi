# facebook-sdk 3.1.0: what we use of it. Results are Any because our subclass makes `request` awaitable.

from typing import Any

class GraphAPI:
    access_token: str | None
    version: str
    session: Any
    def __init__(
        self,
        access_token: str | None = ...,
        timeout: float | None = ...,
        version: str | None = ...,
        proxies: dict[str, str] | None = ...,
        session: Any = ...,
    ) -> None: ...
    def get_object(self, id: str, **args: Any) -> Any: ...  # noqa: A002 - the SDK's name
    def get_connections(self, id: str, connection_name: str, **args: Any) -> Any: ...  # noqa: A002 - the SDK's name
    def put_object(self, parent_object: str, connection_name: str, **data: Any) -> Any: ...
    def put_photo(self, image: Any, album_path: str = ..., **kwargs: Any) -> Any: ...
    def delete_object(self, id: str) -> Any: ...  # noqa: A002 - the SDK's name
    def extend_access_token(self, app_id: str, app_secret: str) -> Any: ...
    def get_access_token_from_code(self, code: str, redirect_uri: str, app_id: str, app_secret: str) -> Any: ...
    def debug_access_token(self, token: str, app_id: str, app_secret: str) -> Any: ...
    def request(
        self,
        path: str,
        args: dict[str, Any] | None = ...,
        post_args: dict[str, Any] | None = ...,
        files: dict[str, Any] | None = ...,
        method: str | None = ...,
    ) -> Any: ...
