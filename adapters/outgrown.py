"""What was approved, against the limits of today: those of a network may have changed since."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.adapted import Adapted, Media, Part
from adapters.profile import Pictures, Profile


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why it cannot go any more. `code` is a key of the catalogue's errors."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


def outgrown(post: Adapted, profile: Profile) -> Misfit | None:
    """The first limit it no longer keeps to.

    `outgrown_format` {format} · `outgrown_text` {found, most} · `outgrown_pictures` {found, most} · `outgrown_picture`
    """
    if post.format not in profile.formats:
        return Misfit("outgrown_format", {"format": post.format})
    form = profile.form(post.format)
    if len(post.parts) > 1 and not form.thread:
        whole = sum(form.count(part.text) for part in post.parts)
        return Misfit("outgrown_text", _counted(whole, form.limit))
    return next((found for part in post.parts if (found := _part(part, form)) is not None), None)


def _part(part: Part, form: Profile) -> Misfit | None:
    measured, pictures = form.count(part.text), form.pictures
    if measured > form.limit:
        return Misfit("outgrown_text", _counted(measured, form.limit))
    if len(part.media) > pictures.most:
        return Misfit("outgrown_pictures", _counted(len(part.media), pictures.most))
    if not all(_taken(media, pictures) for media in part.media):
        return Misfit("outgrown_picture")
    return None


def _taken(media: Media, pictures: Pictures) -> bool:
    """Ratios are left alone: a fitted picture may miss them by a pixel."""
    fits = media.width <= pictures.max_width and media.height <= (pictures.max_height or media.height)
    return fits and media.size <= pictures.max_bytes and media.media_type in pictures.media_types


def _counted(found: int, most: int) -> dict[str, str]:
    return {"found": str(found), "most": str(most)}
