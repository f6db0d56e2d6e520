"""Photos of others made ours: read within limits, turned upright, written anew without a word."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from gisgrid.errors import TooLarge, UnreadableFile

LARGEST_BYTES = 12 * 1024 * 1024
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG of our own writing: no EXIF, no place, no name of a camera."""

    jpeg: bytes
    width: int
    height: int


def clean_photo(given: bytes) -> Photo:
    """The picture of a file, encoded anew: upright, at most 1,600 px long, without metadata.

    Raises
    ------
    TooLarge
        ``photo_too_large``: more than 12 MB, or more than 50 million pixels.
    UnreadableFile
        ``no_photo``: not a JPEG, PNG or WebP, or a damaged one.
    """
    if len(given) > LARGEST_BYTES:
        raise TooLarge("the photo has more than 12 MB", code="photo_too_large", limit=12)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = _opened(given)
            picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise UnreadableFile("this is no picture we can read", code="no_photo") from error
    except SyntaxError as error:  # pillow's word for a broken PNG
        raise UnreadableFile("this picture is damaged", code="no_photo") from error
    return _encoded(picture)


def _opened(given: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(given), formats=FORMATS)
    if picture.width * picture.height > LARGEST_PIXELS:
        raise TooLarge("more than 50 million pixels", code="photo_too_large", limit=12)
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    return picture


def _encoded(picture: Image.Image) -> Photo:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    canvas = Image.new("RGB", upright.size, "white")  # nothing of the old file comes along
    layered = upright.convert("RGBA")
    canvas.paste(layered, mask=layered.getchannel("A"))
    written = io.BytesIO()
    canvas.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Photo(written.getvalue(), *canvas.size)
