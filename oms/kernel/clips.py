"""Short clips by their content: what a browser or a phone recorded, and how long it runs.

WebM: https://www.matroska.org/technical/elements.html, MP4: ISO/IEC 14496-12 (both read
2026-11). The length is counted from the frames: a recorder writes no total into its head.
"""

from collections.abc import Callable, Iterator

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.files import MEGABYTE, check_size

MOST_BYTES, MOST_SECONDS = 20 * MEGABYTE, 30
# A recorder ends a moment after it was told to.
GRACE_MS = 2_000
# Parts of a file; thirty seconds have some thousands.
MOST_PARTS = 50_000
WEBM_HEAD = b"\x1a\x45\xdf\xa3"
SEGMENT, INFO, CLUSTER, GROUP = 0x18538067, 0x1549A966, 0x1F43B675, 0xA0
SCALE, CLUSTER_TIME, SIMPLE_BLOCK, BLOCK = 0x2AD7B1, 0xE7, 0xA3, 0xA1
OPENED = {SEGMENT, INFO, CLUSTER, GROUP}
BOXES = {b"moov", b"trak", b"mdia", b"moof", b"traf"}


def check_clip(file: UploadedFile, *, field: str = "clip") -> str:
    """The clip's content type; refuses what is too large, too long or no clip, naming the field."""
    check_size(file, max_bytes=MOST_BYTES, field=field)
    data = file.read()
    file.seek(0)
    for kind, looks, measure in KINDS:
        if looks(data):
            try:
                length = measure(data)
            except (IndexError, ValueError, ZeroDivisionError):
                length = 0
            if length:
                return _not_longer(kind, length, field)
    raise DomainError(
        _("“%(name)s” không phải là clip WebM hay MP4 đọc được.") % {"name": file.name},
        code="file.not_clip",
        field=field,
    )


def _not_longer(kind: str, length_ms: int, field: str) -> str:
    if length_ms > MOST_SECONDS * 1000 + GRACE_MS:
        raise DomainError(
            _("Clip dài %(length)d giây; tối đa %(most)d giây.")
            % {"length": length_ms // 1000, "most": MOST_SECONDS},
            code="file.too_long",
            field=field,
        )
    return kind


def webm_ms(data: bytes) -> int:
    """Milliseconds until the last frame begins."""
    scale_ns, cluster, last = 1_000_000, 0, 0
    for name, body in _elements(data):
        if name == SCALE:
            scale_ns = int.from_bytes(body)
        elif name == CLUSTER_TIME:
            cluster = int.from_bytes(body)
        elif name in (SIMPLE_BLOCK, BLOCK):
            track = _width(body[0])
            last = max(last, cluster + int.from_bytes(body[track : track + 2], signed=True))
    return last * scale_ns // 1_000_000


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Leaves in their order; what holds others is opened, its length may be unknown."""
    at = 0
    for _part in range(MOST_PARTS):
        if at >= len(data):
            return
        width = _width(data[at])
        name = int.from_bytes(data[at : at + width])
        at += width
        width = _width(data[at])
        size = int.from_bytes(data[at : at + width]) & ((1 << 7 * width) - 1)
        at += width
        if name in OPENED:
            continue
        yield name, data[at : at + size]
        at += size
    raise ValueError("too many parts")


def _width(first: int) -> int:
    """How many bytes a number has, by the zeros before the first one."""
    if not first:
        raise ValueError("no such number")
    return 9 - first.bit_length()


def mp4_ms(data: bytes) -> int:
    """Milliseconds by the head, or to the end of the last fragment that a recorder wrote."""
    scale, whole, fragments, begun, each = 0, 0, 0, 0, 0
    for name, body in _boxes(data):
        if name == b"mvhd":
            scale, whole = _times(body)
            whole = whole * 1000 // scale
        elif name == b"mdhd" and not fragments:
            scale = max(scale, _times(body)[0])
        elif name == b"tfdt":
            size = 8 if body[0] else 4
            begun = int.from_bytes(body[4 : 4 + size])
            fragments = max(fragments, begun)
        elif name == b"tfhd":
            each = _each_sample(body)
        elif name == b"trun":
            begun += _run_length(body, each)
            fragments = max(fragments, begun)
    return whole or fragments * 1000 // scale


def _times(body: bytes) -> tuple[int, int]:
    """Units a second and the length in them, of a film or of a track."""
    at, size = (20, 8) if body[0] else (12, 4)
    return int.from_bytes(body[at : at + 4]), int.from_bytes(body[at + 4 : at + 4 + size])


def _each_sample(body: bytes) -> int:
    """How long a sample of this fragment is where its run does not say (tfhd, 8.8.7)."""
    flags = int.from_bytes(body[1:4])
    at = 8 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
    return int.from_bytes(body[at : at + 4]) if flags & 0x8 else 0


def _run_length(body: bytes, each: int) -> int:
    """The samples of a run (trun, 8.8.8): each with a length of its own, or all with that one."""
    flags, count = int.from_bytes(body[1:4]), int.from_bytes(body[4:8])
    if not flags & 0x100:
        return count * each
    width = 4 * (flags >> 8 & 0xF).bit_count()
    at = 8 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4)
    starts = range(at, min(at + count * width, len(body)), width)
    return sum(int.from_bytes(body[start : start + 4]) for start in starts)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _part in range(MOST_PARTS):
        if at + 8 > len(data):
            return
        size, name, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        size = size or len(data) - at
        if size < head:
            raise ValueError("a box smaller than its head")
        if name in BOXES:
            at += head
            continue
        yield name, data[at + head : at + size] if name != b"mdat" else b""
        at += size
    raise ValueError("too many parts")


Kind = tuple[str, Callable[[bytes], bool], Callable[[bytes], int]]
KINDS: tuple[Kind, ...] = (
    ("video/webm", lambda data: data.startswith(WEBM_HEAD), webm_ms),
    ("video/mp4", lambda data: data[4:8] == b"ftyp", mp4_ms),
)
