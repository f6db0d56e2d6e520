"""The font of papers, a TrueType font with Chinese, embedded, so that all readers show it alike."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from gisgrid.errors import Unavailable

FONT = "gisgrid"
MEND = "apt-get install fonts-wqy-microhei"

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
FILES = (
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "wqy-zenhei.ttc",
    "msyh.ttc",
    "Deng.ttf",
    "simhei.ttf",
    "STHeiti Light.ttc",
    "Arial Unicode.ttf",
)
"""TrueType outlines with Chinese, the best first; fonts with PostScript outlines do not embed."""


def find_font(folders: tuple[str, ...] = FOLDERS) -> Path:
    """The best font of `FILES` in the folders where systems keep fonts.

    Raises
    ------
    Unavailable
        ``font_missing``, with the one line that installs it.
    """
    present: dict[str, Path] = {}
    for folder in map(Path, folders):
        place = folder.expanduser()
        if place.is_dir():
            present |= {path.name: path for path in place.rglob("*.tt[cf]")}
    found = next((present[name] for name in FILES if name in present), None)
    if found is None:
        raise Unavailable(
            f"no TrueType font with Chinese on this machine: run {MEND}",
            code="font_missing",
            command=MEND,
        )
    return found


@lru_cache(maxsize=1)
def use_font() -> str:
    """The name under which papers know the font, registered the first time it is asked for.

    Raises
    ------
    Unavailable
        ``font_missing``.
    """
    path = find_font()
    try:
        pdfmetrics.registerFont(TTFont(FONT, str(path), subfontIndex=0))
    except TTFError as error:
        raise Unavailable(
            f"the font {path.name} cannot be used: run {MEND}", code="font_missing", command=MEND
        ) from error
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=FONT, italic=FONT, boldItalic=FONT)
    return FONT


def width(text: str, size: float) -> float:
    """Width of a text in points."""
    return float(pdfmetrics.stringWidth(text, use_font(), size))
