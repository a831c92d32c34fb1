"""Sets of numbers in few bytes: sorted, as differences of seven-bit groups, compressed."""

import zlib
from collections.abc import Iterable


def pack(numbers: Iterable[int]) -> bytes:
    """A million neighbours take a few kilobytes; numbers must not be negative."""
    found = bytearray()
    before = 0
    for number in sorted(set(numbers)):
        step, before = number - before, number
        while step > 0x7F:
            found.append(step & 0x7F | 0x80)
            step >>= 7
        found.append(step)
    return zlib.compress(bytes(found), 6)


def unpack(packed: bytes | memoryview | None) -> list[int]:
    """The numbers, ascending."""
    if not packed:
        return []
    numbers: list[int] = []
    number = step = shift = 0
    for byte in zlib.decompress(bytes(packed)):
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            number += step
            numbers.append(number)
            step = shift = 0
    return numbers
