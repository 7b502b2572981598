"""csv and tsv: the encoding and the delimiter are found out, nothing is asked."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import Limits
from oms.kernel.tables.stream import TableStream
from oms.kernel.tables.workbook import too_many

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 30
_SAMPLE_BYTES = 1 << 20
_BYTE_ORDER = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Windows-1258 writes a tone as a letter of its own after the vowel.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED = re.compile(f"[aeiouyăâêôơưAEIOUYĂÂÊÔƠƯ][{_TONES}]")
_STRAY = re.compile(f"(?<![aeiouyăâêôơưAEIOUYĂÂÊÔƠƯ])[{_TONES}]")
_OWN_LETTERS = re.compile("[đĐơƠưƯ]")
# How programs keep leading zeros in a csv: ="00123".
_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
# How we, and others, keep text from becoming a formula: '=1+1.
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


def stream_delimited(path: Path, *, limits: Limits) -> TableStream:
    """A csv to be read row by row; raises DomainError in one sentence."""
    encoding = _encoding_of(path)
    delimiter, skipped = _delimiter_of(path, encoding)
    height, width = _measure(path, encoding, delimiter, skipped, limits)

    def read() -> Iterator[list[str]]:
        for row in _rows(path, encoding, delimiter, skipped):
            yield [_cell(value) for value in row] + [""] * (width - len(row))

    return TableStream("csv", width, height, read, limits, encoding=encoding, delimiter=delimiter)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for line in file:
            if "\0" in line:
                raise DomainError(
                    _("Tệp csv có byte rỗng (NUL), không phải văn bản; hãy lưu lại từ bảng tính."),
                    code="table.nul",
                    field="file",
                )
            yield unicodedata.normalize("NFC", line)


def _delimiter_of(path: Path, encoding: str) -> tuple[str, int]:
    """(the sign, how many lines in front only name it)"""
    sample = list(islice(_lines(path, encoding), _SAMPLE_LINES))
    first = sample[0] if sample else ""
    if first[:4].lower() == "sep=" and first.endswith(("\n", "\r")):
        return first.strip()[4:5] or ",", 1
    return find_delimiter("".join(sample)), 0


def _rows(path: Path, encoding: str, delimiter: str, skipped: int) -> Iterator[list[str]]:
    lines = islice(_lines(path, encoding), skipped, None)
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as error:
        raise DomainError(
            _("Tệp csv có ô quá dài hoặc dấu nháy không khép; hãy lưu lại từ bảng tính."),
            code="table.broken",
            field="file",
        ) from error


def _measure(
    path: Path, encoding: str, delimiter: str, skipped: int, limits: Limits
) -> tuple[int, int]:
    """(rows, columns); nothing of them is kept."""
    height = width = 0
    for row in _rows(path, encoding, delimiter, skipped):
        height += 1
        width = max(width, len(row))
        if width > limits.columns:
            break
    if height > limits.rows or width > limits.columns:
        raise too_many("csv", rows=height, columns=width, limits=limits)
    return height, width


def _cell(value: str) -> str:
    if not value.startswith(("=", "'")):
        return value
    wrapped = _AS_TEXT.match(value)
    return wrapped[1] if wrapped else _GUARDED.sub("", value)


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    for mark, name in _BYTE_ORDER:
        if sample.startswith(mark):
            return name
    unmarked = _unmarked_utf16(sample)
    if unmarked:
        return unmarked
    return "utf-8" if _is_utf8(path) else _single_byte(sample)


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(_SAMPLE_BYTES):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _unmarked_utf16(data: bytes) -> str:
    """UTF-16 without its mark shows as a zero byte at nearly every second place."""
    sample = data[:4000]
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > half * 0.6 and sample[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.6 and sample[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return ""


def _single_byte(data: bytes) -> str:
    """Windows-1258 when its tones sit on vowels, else Windows-1252."""
    text = data.decode("cp1258", errors="replace")
    likely = len(_TONED.findall(text)) * 2 + len(_OWN_LETTERS.findall(text))
    return "cp1258" if likely > len(_STRAY.findall(text)) * 3 else "cp1252"


def find_delimiter(text: str) -> str:
    """The sign that parts the first lines into the same number of columns, most columns first."""
    sample = "\n".join(islice(text.splitlines(), _SAMPLE_LINES))
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [len(r) for r in csv.reader(io.StringIO(sample), delimiter=delimiter) if r]
        except csv.Error:
            continue
        (width, count), *_rest = Counter(widths).most_common(1) or [(0, 0)]
        if width > 1 and (count, width) > best_score:
            best, best_score = delimiter, (count, width)
    return best
