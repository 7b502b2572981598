"""gzip as browsers take it: a whole text at once, or pieces that were packed before (RFC 1952)."""

import secrets
import zlib
from collections.abc import Sequence

# Quickly rather than tightly: most pages are packed once and read once.
LEVEL = 2
# A name of random length keeps a page's size from telling what somebody else put into it (BREACH).
MOST_RANDOM = 64
# Deflate, with a name, no time, no extra flags, made anywhere.
_HEAD = b"\x1f\x8b\x08\x08" + bytes(4) + b"\x00\xff"
_LAST = b"\x03\x00"  # an empty last block
_STORED_MOST = 0xFFFF


def packed(content: bytes) -> bytes:
    """One gzip member."""
    return _member([_deflated(content)], [content])


class PackedPieces:
    """A text whose pieces are packed once; what stands between them is given each time."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces, self.packed = pieces, [_deflated(piece) for piece in pieces]

    def joined(self, between: bytes) -> bytes:
        """The plain text."""
        return between.join(self.pieces)

    def gzip(self, between: bytes) -> bytes:
        """The same as one gzip member; `between` (at most 65,535 bytes) travels as it is."""
        size = len(between)
        if size > _STORED_MOST:
            raise ValueError("too long to be stored in one block")
        head = b"\x00" + size.to_bytes(2, "little") + (size ^ _STORED_MOST).to_bytes(2, "little")
        blocks, plain = [], []
        for piece, block in zip(self.pieces, self.packed, strict=True):
            blocks += [block, head + between]
            plain += [piece, between]
        return _member(blocks[:-1], plain[:-1])


def _deflated(content: bytes) -> bytes:
    """Blocks that end on a byte and lean on nothing before them."""
    work = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return work.compress(content) + work.flush(zlib.Z_FULL_FLUSH)


def _member(blocks: Sequence[bytes], plain: Sequence[bytes]) -> bytes:
    name = b"x" * secrets.randbelow(MOST_RANDOM) + b"\x00"
    check = length = 0
    for part in plain:
        check, length = zlib.crc32(part, check), length + len(part)
    tail = check.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join((_HEAD, name, *blocks, _LAST, tail))
