"""What a command gets, and how it speaks: sentences of the catalogue, tables, progress bars."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tqdm import tqdm

from gisgrid.language import translate
from gisgrid.settings import Settings

if TYPE_CHECKING:
    Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments, the settings and the language of one command."""

    args: argparse.Namespace
    settings: Settings
    language: str

    def t(self, key: str, /, **values: Any) -> str:
        """The sentence `key` in the user's language."""
        return translate(self.language, key, **values)

    def say(self, key: str, **values: Any) -> None:
        """Print a sentence of the catalogue."""
        sys.stdout.write(self.t(key, **values) + "\n")

    def table(self, rows: Sequence[Sequence[object]]) -> None:
        """Print rows in columns; the first row is the heading, the first column is text."""
        texts = [[str(value) for value in row] for row in rows]
        widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
        for first, *rest in texts:
            cells = [first + " " * (widths[0] - _width(first))]
            cells += [
                " " * (w - _width(text)) + text for text, w in zip(rest, widths[1:], strict=True)
            ]
            sys.stdout.write("  ".join(cells).rstrip() + "\n")


Command: TypeAlias = Callable[[Call], int]


@contextmanager
def progress_bar(call: Call) -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress callback that draws one bar a stage on a terminal, and nothing elsewhere."""
    bars: dict[str, Any] = {}

    def report(stage: str, done: int, total: int | None) -> None:
        if stage not in bars:
            for bar in bars.values():
                bar.close()
            label = call.t(f"cli.stage_{stage}")
            bars[stage] = tqdm(total=total, desc=label, disable=None, leave=False, unit="")
        bars[stage].total = total
        bars[stage].n = done
        bars[stage].refresh()

    try:
        yield report
    finally:
        for bar in bars.values():
            bar.close()


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if "⺀" <= letter <= "￦" else 1 for letter in text)
