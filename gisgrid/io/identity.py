"""Ids that stay the same when a file is imported again: re-import updates, it never doubles."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import shapely

MADE_UP = "99"
"""First digits of a code made up by us; no province of GB/T 2260 has them."""


def geometry_ids(shapes: npt.NDArray[np.object_]) -> list[str]:
    """An id from the shape itself (1e-7 degree, about a centimetre), whatever its start point.

    >>> square = shapely.box(0, 0, 1, 1)
    >>> geometry_ids(np.array([square])) == geometry_ids(np.array([square.reverse()]))
    True
    """
    steady = shapely.normalize(shapely.set_precision(shapes, 1e-7, mode="pointwise"))
    return ["g" + blake2b(wkb or b"", digest_size=8).hexdigest() for wkb in shapely.to_wkb(steady)]


def made_up_codes(keys: list[str], *, digits: int) -> list[str]:
    """A division code for each key: 99 and digits from the key's hash; the same for the same keys.

    Keys that hash alike move on to the next free code, in the order of the keys, not of the rows.

    >>> made_up_codes(["北京市/朝阳区/建外街道"], digits=9)
    ['997733826']
    """
    space = 10 ** (digits - len(MADE_UP))
    taken: dict[int, str] = {}
    code_of: dict[str, str] = {}
    for key in sorted(set(keys)):
        number = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big") % space
        while number in taken:
            number = (number + 1) % space
        taken[number] = key
        code_of[key] = f"{MADE_UP}{number:0{digits - len(MADE_UP)}d}"
    return [code_of[key] for key in keys]
