"""What `bench/editor.py` prints: figures with their limits."""

from __future__ import annotations


class Report:
    """Lines as they come, and which missed their limit."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, what: str, figure: float, unit: str, *, most: float | None = None,
             least: float | None = None) -> None:  # fmt: skip
        fails = (most is not None and figure > most) or (least is not None and figure < least)
        limit = f"  ≤ {most:g}" if most is not None else f"  ≥ {least:g}" if least else ""
        print(f"{what:<66}{figure:>10.4g} {unit}{limit}{' MISSED' if fails else ''}", flush=True)
        if fails:
            self.missed.append(what)
