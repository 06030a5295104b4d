"""How bytes are spoilt: a few of these at a time, as chance has it, and the same for the same seed and number."""

import random
import struct

_LENGTHS = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_VRS = b"AEASATCSDADSDTFLFDISLOLTOBODOFOLOVOWPNSHSLSQSSSTSVTMUCUIULUNURUSUTUV"
_ITEMS = tuple(struct.pack("<HHL", 0xFFFE, e, length) for e in (0xE000, 0xE00D, 0xE0DD) for length in (0, 0xFFFFFFFF))
_INSERTED_BYTES = 64


def chance(seed: int, number: int) -> random.Random:
    """Return the dice of one case."""
    return random.Random(f"{seed}:{number}")


def spoil(content: bytes, dice: random.Random, head_bytes: int, most: int = 4) -> bytes:
    """Spoil ``content`` once to ``most`` times, mostly in its first ``head_bytes``, where the structure is."""
    spoilt = bytearray(content)
    for _ in range(dice.randint(1, most)):
        if not spoilt:
            break
        reach = min(len(spoilt), head_bytes) if dice.random() < 0.8 else len(spoilt)
        dice.choice(_WAYS)(spoilt, dice.randrange(reach), dice)
    return bytes(spoilt)


def _flip(content: bytearray, at: int, dice: random.Random) -> None:
    content[at] ^= 1 << dice.randrange(8)


def _overwrite(content: bytearray, at: int, dice: random.Random) -> None:
    content[at : at + 4] = dice.randbytes(4)


def _length(content: bytearray, at: int, dice: random.Random) -> None:
    kind = dice.choice(("<H", ">H", "<L", ">L"))
    value = dice.choice(_LENGTHS) & (0xFFFF if kind[1] == "H" else 0xFFFFFFFF)
    content[at : at + struct.calcsize(kind)] = struct.pack(kind, value)


def _representation(content: bytearray, at: int, dice: random.Random) -> None:
    vr = dice.randrange(len(_VRS) // 2) * 2
    content[at : at + 2] = _VRS[vr : vr + 2]


def _cut(content: bytearray, at: int, dice: random.Random) -> None:
    del content[at:]


def _delete(content: bytearray, at: int, dice: random.Random) -> None:
    del content[at : at + dice.randint(1, _INSERTED_BYTES)]


def _insert(content: bytearray, at: int, dice: random.Random) -> None:
    content[at:at] = dice.choice((dice.randbytes(dice.randint(1, _INSERTED_BYTES)), dice.choice(_ITEMS)))


def _double(content: bytearray, at: int, dice: random.Random) -> None:
    part = bytes(content[at : at + dice.randint(1, 4 * _INSERTED_BYTES)])
    to = min(len(content), at + dice.choice((len(part), 0, dice.randint(0, 1000))))
    content[to:to] = part * dice.choice((1, 1, 2, 50))


def _zero(content: bytearray, at: int, dice: random.Random) -> None:
    end = min(len(content), at + dice.randint(1, _INSERTED_BYTES))
    content[at:end] = bytes(end - at)


_WAYS = (_flip, _flip, _overwrite, _length, _length, _representation, _cut, _delete, _insert, _double, _zero)
