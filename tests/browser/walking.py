"""What a walk through the pages needs: signing in, the API beside the page, places on the map."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from playwright.sync_api import Page, expect

PATIENCE_MS = 30_000
"""How long an expectation may wait: machines that run every check at once are slow."""
expect.set_options(timeout=PATIENCE_MS)


def sign_in(page: Page, url: str, login: tuple[str, str]) -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{url}/login")
    page.fill("input[name=login]", login[0])
    page.fill("input[name=password]", login[1])
    page.click("form[action='/login'] button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)


def speak(page: Page, language: str) -> None:
    page.click(f"header.top button[name=language][value={language}]")
    page.wait_for_selector(f"html[data-language={language}]", state="attached")


def get(page: Page, path: str) -> Any:
    """The API's answer, asked with the page's own session."""
    answer = page.request.get(path)
    assert answer.ok, (path, answer.status, answer.text()[:300])
    return answer.json()


def post(page: Page, path: str, body: Any) -> Any:
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    answer = page.request.post(path, data=body, headers={"X-CSRFToken": token}, timeout=60_000)
    assert answer.ok, (path, answer.status, answer.text()[:300])
    return answer.json()


def rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Rows of a columnar answer."""
    names = [name for name, column in columns.items() if isinstance(column, list)]
    return [
        dict(zip(names, row, strict=True)) for row in zip(*(columns[n] for n in names), strict=True)
    ]


def grids_in_force(page: Page) -> list[dict[str, Any]]:
    return rows(get(page, "/api/district/grids"))


def table(page: Page, plan_id: int) -> list[dict[str, str]]:
    """The CSV of a plan's grids, as a spreadsheet reads it."""
    answer = page.request.get(f"/api/plans/{plan_id}/grids.csv")
    return list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))


def number(text: str | None) -> int:
    """The integer in a text as the interface writes it: "+1,131 户" -> 1131, "−9" -> -9."""
    found = re.search(r"[+−-]?[\d,]+", text or "")
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", "").replace("−", "-"))


def see(page: Page, what: str, given: Any = None) -> Any:
    """What `eyes.js` reads from the page."""
    return page.evaluate(f"(given) => eyes.{what}(given)", given)


def wait(page: Page, what: str, given: Any = None) -> None:
    """Wait until `eyes.js` sees it."""
    assert see(page, "wait", [what, given, PATIENCE_MS]), f"never seen: {what}"


def pixel(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies on the screen."""
    x, y = see(page, "pixel", [lon, lat])
    return x, y


def wait_for_district(page: Page, grids: Iterable[dict[str, Any]]) -> None:
    """Wait until the layer of grids knows each of `grids` under its label."""
    wait(page, "knows", ["district", [[grid["x"], grid["y"], grid["grid"]] for grid in grids]])


@dataclass(frozen=True)
class PlanView:
    """A plan as the API tells it, with what the tests ask of it."""

    answer: dict[str, Any]
    grid: dict[int, int] = field(init=False)  # cell -> position

    def __post_init__(self) -> None:
        cells = self.answer["cells"]
        object.__setattr__(self, "grid", dict(zip(cells["id"], cells["grid"], strict=True)))

    @property
    def id(self) -> int:
        return int(self.answer["plan"]["id"])

    @cached_property
    def cells(self) -> dict[int, dict[str, Any]]:
        return {cell["id"]: cell for cell in rows(self.answer["cells"])}

    @cached_property
    def borders(self) -> list[tuple[int, int]]:
        """Pairs of cells between which one can go."""
        ids, joined = self.answer["cells"]["id"], self.answer["neighbours"]
        pairs = zip(joined["a"], joined["b"], joined["joined"], strict=True)
        return [(ids[a], ids[b]) for a, b, open_ in pairs if b >= 0 and open_]

    @property
    def households(self) -> dict[int, int]:
        """Households by position."""
        return self.sums("households")

    def sums(self, name: str) -> dict[int, int]:
        total: dict[int, int] = {}
        for cell, position in self.grid.items():
            total[position] = total.get(position, 0) + self.cells[cell][name]
        return total

    def position(self, code: str) -> int:
        return next(g["position"] for g in self.answer["grids"] if g["code"] == code)

    def head(self, position: int) -> dict[str, Any]:
        return next(g for g in self.answer["grids"] if g["position"] == position)

    def pieces(self, cells: Iterable[int]) -> list[set[int]]:
        """Connected pieces of some cells, the largest first."""
        left, found = set(cells), []
        near: dict[int, list[int]] = {cell: [] for cell in left}
        for a, b in self.borders:
            if a in left and b in left:
                near[a].append(b)
                near[b].append(a)
        while left:
            piece, todo = set(), [left.pop()]
            while todo:
                cell = todo.pop()
                piece.add(cell)
                fresh = [other for other in near[cell] if other in left]
                left.difference_update(fresh)
                todo.extend(fresh)
            found.append(piece)
        return sorted(found, key=len, reverse=True)

    def torn(self) -> dict[int, int]:
        """Position -> pieces, of grids in more pieces than the ground itself is.

        Ground that no street joins to the rest (an island in the river) belongs to some grid; such
        a whole piece of the community does not tear it.
        """
        islands = self.pieces(self.grid)[1:]
        torn = {}
        for position in set(self.grid.values()):
            own = {cell for cell, held in self.grid.items() if held == position}
            pieces = [p for p in self.pieces(own) if p not in islands]
            if len(pieces) > 1:
                torn[position] = len(pieces)
        return torn

    def worst(self, target: int) -> int:
        return max(abs(n - target) for n in self.households.values())

    def edge_moves(self, donor: int, receiver: int, *, most: int = 3) -> list[int]:
        """Inhabited cells of the donor beside the receiver that may go one after another."""
        now = dict(self.grid)
        taken: list[int] = []
        while len(taken) < most:
            beside = {
                a
                for pair in self.borders
                for a, b in (pair, pair[::-1])
                if now[a] == donor and now[b] == receiver
            }
            able = [
                c
                for c in sorted(beside)
                if self.cells[c]["households"] > 0
                and len(self.pieces(k for k, held in now.items() if held == donor and k != c)) == 1
            ]
            if not able:
                break
            now[able[0]] = receiver
            taken.append(able[0])
        return taken


def plan_view(page: Page, plan_id: int) -> PlanView:
    return PlanView(get(page, f"/api/plans/{plan_id}"))


def begin_draft(page: Page, unit: int) -> int:
    """A draft of the community that copies the plan in force."""
    return int(post(page, "/api/plans", {"unit": unit, "start": "effective"})["id"])


def open_workbench(page: Page, plan_id: int) -> PlanView:
    """Open a plan and wait until its cells lie under the pointer."""
    page.goto(f"/plans/{plan_id}")
    view = plan_view(page, plan_id)
    expect(page.locator("#bars .bar-row:not(.axis)")).to_have_count(len(view.answer["grids"]))
    wait_for_cells(page, view)
    return view


def wait_for_cells(page: Page, view: PlanView) -> None:
    """Wait until the layer of cells knows twenty of them under their places."""
    some = list(view.cells.values())[:: max(1, len(view.cells) // 20)]
    wait(page, "knows", ["territory", [[cell["x"], cell["y"], cell["id"]] for cell in some]])


def bar(page: Page, code: str) -> int:
    """Households of a grid as the bars of the workbench tell them."""
    short = code[-3:]
    row = page.locator("#bars .bar-row:not(.axis)", has=page.locator(".code", has_text=short))
    return number(row.locator(".number").first.text_content())


def saved(page: Page) -> None:
    """Wait until every gesture has reached the server: then the page stops saying "saving"."""
    expect(page.locator("#plan-saved")).not_to_contain_text(re.compile("正在保存|Saving"))


def heavy_and_light(view: PlanView) -> tuple[int, int, list[int]]:
    """The heaviest grid, a lighter neighbour of it, and cells that can go there one by one."""
    for donor in sorted(view.households, key=lambda p: -view.households[p]):
        beside = {
            view.grid[b]
            for pair in view.borders
            for a, b in (pair, pair[::-1])
            if view.grid[a] == donor
        } - {donor}
        for receiver in sorted(beside, key=lambda p: view.households[p]):
            cells = view.edge_moves(donor, receiver, most=2)
            if len(cells) == 2:
                return donor, receiver, cells
    raise AssertionError("no two cells can move")


def take_brush(page: Page, receiver: int, *, size: int = 8) -> None:
    """The brush of some size, painting into a grid (by its place in the list)."""
    page.keyboard.press("b")
    expect(page.locator("#options")).to_be_visible()
    page.locator("#brush-size").fill(str(size))
    page.select_option("#receiver", str(receiver))


def place(page: Page, view: PlanView, cell: int) -> tuple[float, float]:
    return pixel(page, view.cells[cell]["x"], view.cells[cell]["y"])
