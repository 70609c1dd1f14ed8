"""SAN Studio's random numbers: the same seed and stream give the same numbers here as on the page."""
import math
import struct

MASK = 0xFFFFFFFF


def mix(value):
    """One round of SplitMix32 (a 32-bit finaliser over a Weyl sequence)."""
    mixed = (value + 0x9E3779B9) & MASK
    mixed = ((mixed ^ mixed >> 16) * 0x21F0AAAD) & MASK
    mixed = ((mixed ^ mixed >> 15) * 0x735A2D97) & MASK
    return mixed ^ mixed >> 15


def words(value):
    """A number or a name as 32-bit words; the first word tells the two apart."""
    if isinstance(value, str):
        return [1, *map(ord, value)]
    return [2, *struct.unpack(">2I", struct.pack(">d", value))]


def absorb(state, value):
    """Takes words into the state; each of the four lanes starts from its own place."""

    def lane(start, index):
        mixed = mix(start ^ index)
        for word in words(value):
            mixed = mix(mixed ^ ((word + index) * 0x9E3779B1) & MASK)
        return mixed

    return [lane(start, index + 1) for index, start in enumerate(state)]


class Rng:
    """sfc32 by Chris Doty-Humphrey (PractRand), seeded with a number and the name of a stream."""

    def __init__(self, seed, stream="", state=None):
        self.seeded = state or absorb(absorb([0, 0, 0, 0], seed), stream)
        self.state = list(self.seeded)
        for _ in range(12):
            self.next()

    def next(self):
        a, b, c, counter = self.state
        total = (a + b + counter) & MASK
        rotated = (c << 21 | c >> 11) & MASK
        self.state = [b ^ b >> 9, (c + (c << 3)) & MASK, (rotated + total) & MASK, (counter + 1) & MASK]
        return total

    def uniform(self):
        """In [0, 1), with 32 random bits."""
        return self.next() / 2**32

    def integer(self, n):
        """In [0, n); values past the last whole multiple of n would favour the small ones."""
        limit = 2**32 - 2**32 % n
        value = self.next()
        while value >= limit:
            value = self.next()
        return value % n

    def normal(self):
        """Box–Muller; 1 − u keeps the logarithm finite."""
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def shuffle(self, values):
        """In place (Fisher–Yates); returns the same list."""
        for last in range(len(values) - 1, 0, -1):
            other = self.integer(last + 1)
            values[last], values[other] = values[other], values[last]
        return values

    def fork(self, stream):
        """A stream of its own, whatever was drawn from this one."""
        return Rng(None, state=absorb(self.seeded, stream))
