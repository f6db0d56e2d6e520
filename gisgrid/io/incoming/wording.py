"""Encodings of text: found by reading, and mojibake called by its name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

SAMPLE = 1 << 20
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子"
    "说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机"
    "当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心"
    "街道路区县乡镇村号门楼栋户编码名称社网格市省层室单元居委会城东西南北园花苑里巷弄庄府医院校幼儿"
    "類別時間狀態經緯區縣鄉鎮門號樓棟戶數編碼網單級層資內標稱東華國學醫園廣場灣線蓮龍興義順馬黃"
)
_CHINESE = re.compile("[\u3400-\u9fff]")
_BROKEN_GBK = re.compile("[\ue000-\uf8ff\ufffd]|锟斤拷|烫烫烫|屯屯屯")
_LATIN_SHAPE = re.compile("[\u00c0-\u00ff][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoding and whether it was stated (by a byte order mark) or guessed."""

    encoding: str
    guessed: bool


def encoding_of(sample: bytes) -> Reading | None:
    """The encoding of some text; None where it is none we know.

    UTF-8 proves itself; GB 18030 reads nearly everything, so it must read as Chinese that people
    write; Big5 as well, whichever reads better; Western text last.

    >>> encoding_of("户数".encode("gb18030")).encoding, encoding_of(b"\\xef\\xbb\\xbfa").encoding
    ('gb18030', 'utf-8-sig')
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return Reading(name, guessed=False)
    if _decodes(sample, "utf-8"):
        return Reading("utf-8", guessed=False)
    scored = [(_chinese(sample, name), name) for name in ("gb18030", "big5", "shift_jis")]
    best, name = max(scored, key=lambda pair: pair[0])
    if best > 0.1:
        return Reading(name, guessed=True)
    if b"\x00" not in sample and _western(sample):
        return Reading("cp1252", guessed=True)
    return Reading("gb18030", guessed=True) if scored[0][0] >= 0 else None


def _decodes(sample: bytes, encoding: str) -> bool:
    """Whether a sample that may end inside a character decodes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(sample, final=len(sample) < SAMPLE)
    except UnicodeDecodeError:
        return False
    return True


def _chinese(sample: bytes, encoding: str) -> float:
    """Share of everyday characters among the Chinese ones; -1 where it does not decode."""
    if not _decodes(sample, encoding):
        return -1.0
    text = codecs.getincrementaldecoder(encoding)("ignore").decode(sample)
    beyond = [sign for sign in text if ord(sign) > 0x7F]
    if not beyond:
        return 0.0
    known = sum(sign in _COMMON for sign in beyond)
    strange = len(_BROKEN_GBK.findall("".join(beyond)))
    kana = sum(0x3040 <= ord(sign) <= 0x30FF for sign in beyond)
    if encoding == "shift_jis":
        return 2 * kana / len(beyond) if kana * 5 > len(beyond) else -0.5
    return (known - 5 * strange) / len(beyond)


def _western(sample: bytes) -> bool:
    """Single letters with accents between plain ones, not runs of high bytes."""
    high = [b for b in sample if b > 0x7F]
    runs = len(re.findall(rb"[\x80-\xff]{3,}", sample))
    return bool(high) and runs * 10 < len(high) and _decodes(sample, "cp1252")


def unscrambled(text: str) -> str | None:
    """What mojibake was before it was read wrongly; None where `text` is sound.

    >>> unscrambled("æ¹–æ»¨"), unscrambled("锟斤拷"), unscrambled("湖滨")
    ('湖滨', '', None)
    """
    if _BROKEN_GBK.search(text):
        return ""
    for wrong in ("cp1252", "latin-1", "gb18030"):
        if wrong != "gb18030" and not _LATIN_SHAPE.search(text):
            continue
        was = _reread(text, wrong)
        if was is not None:
            return was
    return None


def _reread(text: str, wrong: str) -> str | None:
    """`text` written back in the wrong encoding and read as UTF-8 (or GB 18030)."""
    try:
        written = text.encode(wrong)
    except UnicodeEncodeError:
        return None
    for right in ("utf-8", "gb18030"):
        if right == wrong:
            continue
        try:
            was = written.decode(right)
        except UnicodeDecodeError:
            continue
        plain = _CHINESE.findall(was)
        if plain and was != text and (wrong != "gb18030" or _everyday(was) > _everyday(text)):
            return was
    return None


def _everyday(text: str) -> float:
    chinese = _CHINESE.findall(text)
    return sum(sign in _COMMON for sign in chinese) / max(len(chinese), 1)


def mojibake_in(texts: Iterable[str]) -> tuple[int, str, str]:
    """How many of `texts` are mojibake, the first of them, and what it was ("" where lost)."""
    count, first, was = 0, "", ""
    for text in texts:
        if text.isascii():
            continue
        sound = unscrambled(text)
        if sound is not None:
            count += 1
            if count == 1:
                first, was = text, sound
    return count, first, was
