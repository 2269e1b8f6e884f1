# oauthlib 3.3: what we use of it.

class Client:
    def __init__(
        self,
        client_key: str,
        client_secret: str | None = ...,
        resource_owner_key: str | None = ...,
        resource_owner_secret: str | None = ...,
    ) -> None: ...
    def sign(
        self,
        uri: str,
        http_method: str = ...,
        body: str | None = ...,
        headers: dict[str, str] | None = ...,
    ) -> tuple[str, dict[str, str], str | None]: ...
