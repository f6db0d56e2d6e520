"""The words of papers: sentences in one language, figures as the interface writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeAlias

from gisgrid.io import paper
from gisgrid.language import translate
from gisgrid.model.plans import Plan
from gisgrid.model.project import Project

Say: TypeAlias = Callable[..., str]


def say_in(language: str) -> Say:
    """The catalogue in one language: ``say(key, **values)``."""
    return partial(translate, language)


def signed(value: int) -> str:
    """A deviation with its sign; zero without.

    >>> signed(131), signed(-9), signed(0)
    ('+131', '−9', '0')
    """
    return f"+{value:,}" if value > 0 else paper.plain(value)


def arrowed(before: int | None, after: int | None) -> str:
    """A figure before and after.

    >>> arrowed(531, 466), arrowed(None, 402), arrowed(286, None)
    ('531 → 466', '– → 402', '286 → –')
    """
    one, other = ("–" if value is None else paper.plain(value) for value in (before, after))
    return f"{one} → {other}"


def natural(text: str | None) -> tuple[tuple[str, int], ...]:
    """A key that sorts numbers in a text by their value.

    >>> sorted(["10号楼", "2号楼", "1号楼"], key=natural)
    ['1号楼', '2号楼', '10号楼']
    """
    parts = re.findall(r"(\D*)(\d*)", text or "")
    return tuple((words, int(digits or 0)) for words, digits in parts)


def placed(name: str, place: str | None) -> str:
    """A building's name with the compound or address it stands in, each said once.

    >>> placed("12号楼", "听雨街9号12号楼"), placed("厂房1", "听雨街1号"), placed("会堂", None)
    ('听雨街9号12号楼', '听雨街1号 厂房1', '会堂')
    """
    if not place or place in name:
        return name
    return place if name in place else f"{place} {name}"


def area(square_metres: float) -> str:
    """Square metres below 10,000, square kilometres with two decimals above.

    >>> area(5120.4), area(123_456)
    ('5,120 m²', '0.12 km²')
    """
    if square_metres < 10_000:
        return f"{square_metres:,.0f} m²"
    return f"{square_metres / 1e6:,.2f} km²"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of every page."""

    project: Project
    today: date

    def foot(self, say: Say) -> paper.Foot:
        """Source and date of the figures, the day of printing, page n of m."""
        named = [self.project.name]
        if self.project.demonstration:
            named.append(say("common.demonstration"))
        if self.project.households_date:
            named.append(say("papers.households_of", date=self.project.households_date.isoformat()))
        return paper.Foot(
            left=" · ".join(named),
            middle=say("papers.printed", date=self.today.isoformat()),
            pages=say("papers.pages"),
        )


def state_of(plan: Plan, say: Say) -> str:
    """The state of a plan and its day: 草案, 现行 自 2026-01-01 起."""
    state = say(f"plans.state_{plan.state}")
    if plan.effective_from is None:
        return state
    days = [plan.effective_from.isoformat(), plan.effective_to and plan.effective_to.isoformat()]
    if days[1]:
        return say("papers.state_until", state=state, start=days[0], end=days[1])
    return say("papers.state_from", state=state, start=days[0])
