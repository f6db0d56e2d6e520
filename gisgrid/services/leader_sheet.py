"""The sheet for leaders (网格长二维码): a card a grid to cut out, with QR code and figures."""

from __future__ import annotations

from collections.abc import Sequence

from gisgrid.io import paper
from gisgrid.io.paper import Block, Page
from gisgrid.io.paper_qr import qr
from gisgrid.services.map_book import grid_address
from gisgrid.services.paper_words import Say
from gisgrid.services.plan_book import Book, BookGrid, gather_book
from gisgrid.storage.engine import As, Engine

ACROSS, DOWN = 2, 4
QR_MM = 36


def leader_sheet(engine: Engine, actor: As, plan_id: int, *, address: str, say: Say) -> bytes:
    """A PDF on A4 with eight cards a page; errors are those of `map_book`."""
    book = gather_book(engine, actor, plan_id)
    cards = [card(book, one, address, say) for one in book.grids.values()]
    blocks: list[Block] = [paper.title(say("papers.sheet_title", unit=book.plan.unit_name))]
    blocks.append(paper.note(say("papers.sheet_hint")))
    blocks += [_row(cards[i : i + ACROSS]) for i in range(0, len(cards), ACROSS)]
    title = say("papers.sheet_title", unit=book.plan.unit_name)
    return paper.write_paper(blocks, title=title, foot=book.imprint.foot(say))


def card(book: Book, one: BookGrid, address: str, say: Say) -> list[Block]:
    """What stands on the card of one grid."""
    grid = one.grid
    size = QR_MM * paper.MM
    words: list[Block] = [
        *paper.title_lines(say("papers.grid_title", grid=grid.short)),
        paper.paragraph(grid.leader_name or say("papers.no_leader"), size=13),
        paper.paragraph(book.plan.unit_name, size=9),
        paper.paragraph(
            say("papers.card_figures", households=one.households, buildings=len(one.houses)),
            size=8.5,
            colour=paper.INK2,
        ),
        paper.note(grid.code),
    ]
    half = Page().room[0] / ACROSS - 16
    return [paper.columns([words, qr(grid_address(address, grid.code), size)], [half - size, size])]


def _row(cards: Sequence[list[Block]]) -> Block:
    wide = Page().room[0] / ACROSS
    filled = [*cards, *([[]] * (ACROSS - len(cards)))]
    return paper.cards(filled, [wide] * ACROSS)
