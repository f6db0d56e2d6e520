"""The same gesture by mouse and by finger: pointers are pressed, moved and let go through Chromium.

A finger has no hover: it touches, moves and lifts, as `Input.dispatchTouchEvent` sends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

Place = tuple[float, float]
STEPS = 6


@dataclass
class Mouse:
    """A hand on a mouse."""

    page: Page

    def press(self, at: Place) -> None:
        self.page.mouse.move(*at)
        self.page.mouse.down()

    def move(self, to: Place) -> None:
        self.page.mouse.move(*to, steps=STEPS)

    def release(self) -> None:
        self.page.mouse.up()

    def tap(self, at: Place) -> None:
        self.page.mouse.click(*at)

    def draw(self, *way: Place) -> None:
        """Press at the first place, go to all others, and stay."""
        draw(self, way)


@dataclass
class Finger:
    """A finger on a screen."""

    page: Page
    at: Place = (0, 0)
    touch: Any = field(init=False)

    def __post_init__(self) -> None:
        self.touch = self.page.context.new_cdp_session(self.page)

    def _send(self, kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def press(self, at: Place) -> None:
        self.at = at
        self._send("touchStart", at)

    def move(self, to: Place) -> None:
        x, y = self.at
        for i in range(1, STEPS + 1):
            self._send("touchMove", (x + (to[0] - x) * i / STEPS, y + (to[1] - y) * i / STEPS))
        self.at = to

    def release(self) -> None:
        self._send("touchEnd")

    def tap(self, at: Place) -> None:
        self.press(at)
        self.release()

    def draw(self, *way: Place) -> None:
        """Touch the first place, go to all others, and stay."""
        draw(self, way)


Hand = Mouse | Finger


def draw(hand: Hand, way: Sequence[Place]) -> None:
    hand.press(way[0])
    for place in way[1:]:
        hand.move(place)
