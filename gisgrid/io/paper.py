"""Papers: PDF on A4 or A3 with an embedded Chinese font, made of headings, tables and maps.

A paper is a list of blocks, each made by a function here (or `paper_map.picture`), and
`write_paper` sets them on pages with a foot: where the figures come from, the date, page n of m.
Texts are plain: nothing in a record is ever read as markup. Greyscale loses nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, TypeAlias

from reportlab.lib import pagesizes
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepInFrame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus.flowables import HRFlowable

from gisgrid.io.paper_fonts import use_font, width

INK, INK2, INK3, LINE = "#1b2430", "#465262", "#5f6b7a", "#c3cad2"
MM = 72 / 25.4
MARGIN = 12 * MM
FOOT = 9 * MM
LEAST_UNDER_HEADING = 18 * MM
HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
Block: TypeAlias = Flowable
Align = Literal["left", "center", "right", "justify"]
ALIGN: dict[Align, Literal[0, 1, 2, 4]] = {"left": 0, "center": 1, "right": 2, "justify": 4}


@dataclass(frozen=True, slots=True)
class Page:
    """A format of paper, portrait unless said otherwise."""

    size: Literal["A4", "A3"] = "A4"
    landscape: bool = False

    @property
    def points(self) -> tuple[float, float]:
        """Width and height of the sheet."""
        short, long = getattr(pagesizes, self.size)
        return (long, short) if self.landscape else (short, long)

    @property
    def room(self) -> tuple[float, float]:
        """Width and height between the margins and above the foot: what a block may take."""
        wide, high = self.points
        return wide - 2 * MARGIN, high - 2 * MARGIN - FOOT


@dataclass(frozen=True, slots=True)
class Foot:
    """The last line of every page. `pages` holds ``{page}`` and ``{pages}``."""

    left: str = ""
    middle: str = ""
    pages: str = "{page} / {pages}"


def write_paper(
    blocks: Iterable[Flowable],
    *,
    title: str,
    page: Page | None = None,
    foot: Foot | None = None,
    author: str = "gisgrid",
) -> bytes:
    """A PDF of the blocks; one empty page for none.

    Parameters
    ----------
    title
        For the window of the reader; it is not printed.

    Raises
    ------
    Unavailable
        ``font_missing``: no font with Chinese on this machine.
    """
    use_font()
    sheet, line = page or Page(), foot or Foot()
    wide, high = sheet.points
    room = sheet.room
    text = io.BytesIO()
    document = BaseDocTemplate(
        text, pagesize=(wide, high), title=title, author=author, creator="gisgrid", lang="zh-Hans"
    )
    frame = Frame(MARGIN, MARGIN + FOOT, *room, 0, 0, 0, 0, id="page")
    document.addPageTemplates([PageTemplate(id="page", frames=[frame])])
    document.build([*blocks] or [Spacer(1, 1)], canvasmaker=_numbering(sheet, line))
    return text.getvalue()


def title(text: str, under: str = "", *, align: Align = "left") -> Flowable:
    """The head of a paper: one large line, a grey one under it, and a rule."""
    return KeepTogether(title_lines(text, under, align=align))


def title_lines(text: str, under: str = "", *, align: Align = "left") -> list[Flowable]:
    """What `title` is made of, for a cell of `columns`."""
    parts: list[Flowable] = [_Bold(escape(text), style(16, 22, align=align))]
    if under:
        parts.append(Paragraph(escape(under), style(9, 14, colour=INK3, align=align, text=under)))
    rule = HRFlowable(width="100%", thickness=0.8, color=HexColor(INK), spaceBefore=3, spaceAfter=7)
    return [*parts, rule]


def heading(text: str) -> Flowable:
    """A heading inside a paper; it stays with the beginning of what follows."""
    block = _Heading(escape(text), style(11, 16, text=text))
    block.style.spaceBefore, block.style.spaceAfter = 8, 3
    return block


def paragraph(
    text: str, *, size: float = 9.5, align: Align = "left", colour: str = INK, indent: float = 0
) -> Flowable:
    """Text of any length; `indent` of its first line, in characters."""
    look = style(size, size * 1.6, colour=colour, align=align, text=text)
    look.firstLineIndent, look.spaceAfter = indent * size, 4
    return Paragraph(escape(text).replace("\n", "<br/>"), look)


def note(text: str) -> Flowable:
    """Small grey text: formulas, sources."""
    return paragraph(text, size=7.5, colour=INK3)


def space(millimetres: float) -> Flowable:
    """Empty room."""
    return Spacer(1, millimetres * MM)


def new_page() -> Flowable:
    """What follows begins on a new page."""
    return PageBreak()


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[float] | None = None,
    total: Sequence[Any] | None = None,
    size: float = 8.5,
    wide: float | None = None,
) -> Flowable:
    """A table whose headings are repeated on every page that it runs over.

    Parameters
    ----------
    rows
        Cells are texts, numbers (set to the right, thousands apart), None (empty) or blocks.
    widths
        Shares of the width, one a column; default: alike.
    total
        A last row, bold under a rule.
    wide
        Width in points; default: that of an A4 sheet between its margins.
    """
    body = [list(row) for row in rows]
    last = [list(total)] if total is not None else []
    right = [_is_numeric(body, column) for column in range(len(headings))]
    share = list(widths or [1.0] * len(headings))
    whole = wide or Page().room[0]
    columns = [whole * one / sum(share) for one in share]
    cells = [[_cell(h, r, size - 0.5, INK3) for h, r in zip(headings, right, strict=True)]]
    cells += [[_cell(v, r, size) for v, r in zip(row, right, strict=True)] for row in body]
    cells += [
        [_cell(v, r, size, bold=True) for v, r in zip(row, right, strict=True)] for row in last
    ]
    drawn = Table(cells, colWidths=columns, repeatRows=1, hAlign="LEFT")
    drawn.setStyle(TableStyle(_rules(bool(last))))
    return drawn


def columns(blocks: Sequence[Flowable | list[Flowable] | str], widths: Sequence[float]) -> Flowable:
    """Blocks side by side; `widths` in points."""
    drawn = Table([list(blocks)], colWidths=list(widths), hAlign="LEFT")
    flush = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    drawn.setStyle(TableStyle([*flush, _font(), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return drawn


def fitted(blocks: Sequence[Flowable], wide: float, high: float) -> Flowable:
    """Blocks one above the other, made smaller together where they would not fit."""
    return KeepInFrame(wide, high, list(blocks), mode="shrink", hAlign="LEFT", vAlign="TOP")


def cards(blocks: Sequence[list[Flowable]], widths: Sequence[float]) -> Flowable:
    """Blocks side by side with dashed lines around each, to be cut out."""
    drawn = Table([list(blocks)], colWidths=list(widths), hAlign="LEFT")
    dashed = ("GRID", (0, 0), (-1, -1), 0.5, HexColor(INK3), 0, (3, 3))
    room = [(f"{side}PADDING", (0, 0), (-1, -1), 8) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    drawn.setStyle(TableStyle([dashed, *room, _font(), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return drawn


def figures(pairs: Sequence[tuple[str, str]], *, wide: float | None = None) -> Flowable:
    """A row of large figures, each under its small name."""
    whole = wide or Page().room[0]
    parts: list[Flowable | list[Flowable]] = [
        [
            Paragraph(escape(name), style(8, 11, colour=INK3, text=name)),
            _Bold(escape(value), style(13, 17)),
        ]
        for name, value in pairs
    ]
    return columns(parts, [whole / max(len(pairs), 1)] * len(pairs))


def signatures(names: Sequence[tuple[str, str]], *, wide: float | None = None) -> Flowable:
    """A line to sign on for each (duty, name); the name is printed where it is known."""
    whole = wide or Page().room[0]
    each = whole / max(len(names), 1)
    line = Table(
        [[paragraph(f"{duty}  {name}" if name else duty) for duty, name in names]],
        colWidths=[each] * len(names),
        hAlign="LEFT",
    )
    under = [
        ("LINEBELOW", (i, 0), (i, 0), 0.6, HexColor(INK2))
        for i, (_, name) in enumerate(names)
        if not name
    ]
    line.setStyle(TableStyle([*under, _font(), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return line


def style(
    size: float, leading: float, *, colour: str = INK, align: Align = "left", text: str = ""
) -> ParagraphStyle:
    """Type of a size; a text with Chinese may break between any two of its characters."""
    return ParagraphStyle(
        "plain",
        fontName=use_font(),
        fontSize=size,
        leading=leading,
        textColor=HexColor(colour),
        alignment=ALIGN[align],
        wordWrap="CJK" if HAN.search(text) else None,
        splitLongWords=1,
    )


class _Bold(Paragraph):
    """A paragraph drawn with an outline: the fonts with Chinese often have one weight only."""

    def draw(self) -> None:
        self.canv.saveState()
        self.canv.setStrokeColor(self.style.textColor)
        self.canv.setLineWidth(self.style.fontSize / 40)
        self.canv._code.append("2 Tr")  # type: ignore[attr-defined]
        super().draw()
        self.canv.restoreState()


class _Heading(_Bold):
    """A bold line that goes to the next page where little room is left under it."""

    def wrap(self, wide: float, high: float) -> tuple[float, float]:
        size: tuple[float, float] = super().wrap(wide, high)
        return size if size[1] + LEAST_UNDER_HEADING <= high else (size[0], high + 1)

    def split(self, *_: float) -> list[Flowable]:
        return []


def _is_numeric(rows: Sequence[Sequence[Any]], column: int) -> bool:
    values = [row[column] for row in rows if row[column] is not None]
    return bool(values) and all(_is_number(value) for value in values)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(re.fullmatch(r"[+\-−±]?(?!0\d)[\d,.]+ ?(%|m²|km²)?|[–—]", value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: Any, right: bool, size: float, colour: str = INK, *, bold: bool = False) -> Any:
    if isinstance(value, Flowable):
        return value
    text = plain(value)
    look = style(size, size * 1.35, colour=colour, align="right" if right else "left", text=text)
    return (_Bold if bold else Paragraph)(escape(text).replace("\n", "<br/>"), look)


def plain(value: Any) -> str:
    """A value as a paper shows it: thousands apart, a real minus, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, float):
        return f"{value:,.1f}".replace("-", "−")
    return str(value)


def _rules(has_total: bool) -> list[tuple[Any, ...]]:
    rules: list[tuple[Any, ...]] = [
        _font(),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(INK2)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, HexColor(LINE)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 6),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    if has_total:
        rules.append(("LINEABOVE", (0, -1), (-1, -1), 0.8, HexColor(INK2)))
    return rules


def _font() -> tuple[Any, ...]:
    """The font of a table's frame: without it a font is named that is not embedded."""
    return ("FONTNAME", (0, 0), (-1, -1), use_font())


def _numbering(page: Page, foot: Foot) -> type[Canvas]:
    """A canvas that keeps its pages until it knows how many there are."""

    class Numbered(Canvas):
        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options | {"initialFontName": use_font()})
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._kept.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for number, kept in enumerate(self._kept, start=1):
                self.__dict__.update(kept)
                _draw_foot(self, page, foot, number, len(self._kept))
                super().showPage()
            super().save()

    return Numbered


def _draw_foot(canvas: Canvas, page: Page, foot: Foot, number: int, count: int) -> None:
    wide, _ = page.points
    y = MARGIN
    canvas.setStrokeColor(HexColor(LINE))
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, y + 11, wide - MARGIN, y + 11)
    canvas.setFont(use_font(), 7.5)
    canvas.setFillColor(HexColor(INK3))
    pages = foot.pages.format(page=number, pages=count)
    canvas.drawString(MARGIN, y, foot.left)
    canvas.drawRightString(wide - MARGIN, y, pages)
    room = (wide - 2 * MARGIN) - width(foot.left, 7.5) - width(pages, 7.5)
    if foot.middle and width(foot.middle, 7.5) < room - 20:
        left = MARGIN + width(foot.left, 7.5)
        canvas.drawCentredString(left + room / 2, y, foot.middle)
