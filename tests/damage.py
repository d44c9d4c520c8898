"""A hostile file as a case, and damage to files."""

import random
from typing import NamedTuple

from embeddings.errors import REASONS

OK = "ok"
ANYHOW = frozenset([OK, *REASONS]) - {"missing"}
"""How an attack may end: it may also take all the time that it is given."""

DAMAGED = ANYHOW - {"slow"}
"""How damage of a small file may end."""


class Case(NamedTuple):
    """A file, and how reading it may end.

    Attributes:
        title: What is wrong with it.
        name: Of the file.
        data: Its bytes.
        ends: ``ok`` or reasons.
    """

    title: str
    name: str
    data: bytes
    ends: frozenset[str] = DAMAGED


def case(title: str, name: str, data: bytes | str, ends: str = "") -> Case:
    """Make a case; ends are words, none for ANYHOW."""
    encoded = data.encode() if isinstance(data, str) else data
    return Case(title, name, encoded, frozenset(ends.split()) or ANYHOW)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Damage some bytes: flipped, overwritten, cut out, repeated, moved, or the end cut off."""
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if not damaged:
            break
        at = chance.randrange(len(damaged))
        length = min(chance.choice((1, 1, 2, 8, 64, 512)), len(damaged) - at)
        part = bytes(damaged[at : at + length])
        match chance.randrange(8):
            case 0 | 1:
                damaged[at] ^= 1 << chance.randrange(8)
            case 2:
                damaged[at : at + length] = chance.randbytes(length)
            case 3:
                damaged[at : at + length] = b""
            case 4:
                damaged[at:at] = part * chance.choice((1, 2, 100))
            case 5:
                to = chance.randrange(len(damaged))
                damaged[to : to + length] = part
            case 6:
                damaged[at : at + 1] = chance.choice(_SIGNS)
            case _:
                if chance.random() < 0.3:
                    del damaged[at:]
    return bytes(damaged)


# What parsers look for; numbers at the edges.
_SIGNS = [
    *(bytes([value]) for value in b"\0<>&[]{}()\"';,\\/|#*`\n%"),
    b"-1",
    b"0",
    b"2147483648",
    b"18446744073709551616",
    b"1e999",
    b"NaN",
    b"null",
    b"-->",
    b"]]>",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\\ud800",
    b"%s",
    b"../",
    b"&a;",
    b"endobj",
    b"stream\n",
    b"\r\n\r\n",
]
