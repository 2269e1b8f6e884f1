"""What can be wrong with a picture a person sent: one code of the catalogue for each meaning."""

from collections.abc import Mapping


class PictureFault(Exception):
    """This picture cannot be used. `code` is a key of the catalogue, `params` its parameters.

    picture_empty                           no bytes at all
    picture_too_heavy {megabytes, most}     the file has too many bytes
    picture_too_large {megapixels, most}    too many pixels to unpack
    picture_too_long {width, height, most}  one side is more than `most` times the other
    picture_truncated                       the file stops before its end
    picture_damaged                         the right kind of file, but its inside makes no sense
    picture_heic                            HEIC, HEIF or AVIF: must be sent in another way
    picture_unknown                         anything else: no picture, or of a kind we do not read
    picture_unfit {kilobytes}               cannot be made small enough for a network
    """

    def __init__(self, code: str, params: Mapping[str, str | int] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str | int] = params or {}
