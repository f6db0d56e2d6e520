"""A large JSON file one value at a time, strictly: no NaN, no key twice, no endless depth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gisgrid.errors import UnreadableFile
from gisgrid.io.incoming.refuse import refused, too_large

PIECE = 4 * 1024 * 1024
LONGEST_VALUE = 128 * 1024 * 1024
_SPACE = " \t\r\n\x1e\ufeff"


class Stream:
    """The text of a file from some place on; values are taken off its front."""

    def __init__(self, path: Path, name: str, encoding: str) -> None:
        self.name = name
        self._file = path.open(encoding=encoding, errors="strict")
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder(
            parse_constant=self._constant, object_pairs_hook=self._object
        )

    def peek(self) -> str:
        """The next sign that is no space; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, sign: str) -> bool:
        """Take `sign` where it comes next."""
        if self.peek() != sign or not sign:
            return False
        self._at += 1
        return True

    def need(self, sign: str) -> None:
        """Take `sign`; anything else is damage."""
        if not self.take(sign):
            raise self.damaged()

    def value(self) -> tuple[Any, str]:
        """The next value, and the text it was written as."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as depth:
                raise refused("json_too_deep", "nested too deeply", file=self.name) from depth
            except json.JSONDecodeError as damage:
                if self._room() and self._more():
                    continue
                raise self.damaged() from damage
            except ValueError as digits:
                raise self.damaged() from digits
            if end == len(self._text) and not isinstance(found, dict | list) and self._more():
                continue
            text = self._text[self._at : end]
            self._at = end
            return found, text

    def members(self) -> Iterator[str]:
        """The keys of an object; take or skip each value before asking for the next key."""
        self.need("{")
        while not self.take("}"):
            key, _ = self.value()
            self.need(":")
            yield str(key)
            if not self.take(","):
                self.need("}")
                return

    def items(self) -> Iterator[tuple[Any, str]]:
        """The values of an array."""
        self.need("[")
        while not self.take("]"):
            yield self.value()
            if not self.take(","):
                self.need("]")
                return

    def damaged(self) -> UnreadableFile:
        """The error for text that is not JSON, or ends too early."""
        code = "file_truncated" if self._ended and self._at >= len(self._text) else "json_broken"
        return refused(code, f"{self.name} is not JSON", file=self.name)

    def _room(self) -> bool:
        if len(self._text) - self._at > LONGEST_VALUE:
            raise too_large("value_bytes", LONGEST_VALUE)
        return not self._ended

    def _more(self) -> bool:
        try:
            piece = self._file.read(max(PIECE, 2 * (len(self._text) - self._at)))
        except UnicodeDecodeError as damage:
            raise refused("not_text", f"{self.name} is not UTF-8", file=self.name) from damage
        self._ended = not piece
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _constant(self, word: str) -> Any:
        raise refused("json_broken", f"{word} is not JSON", file=self.name)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise refused("json_key_twice", "a key comes twice", file=self.name)
        return found
