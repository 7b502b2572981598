"""csv and tsv: the encoding and the delimiter are found out, nothing is asked."""

import csv
import io
import re
import unicodedata
from collections import Counter
from itertools import islice

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import Limits, Table
from oms.kernel.tables.workbook import too_many

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 30
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


def read_delimited(data: bytes, *, limits: Limits) -> Table:
    """The rows of a csv; raises DomainError in one sentence."""
    text, encoding = decode(data)
    if "\0" in text:
        raise DomainError(
            _("Tệp csv có byte rỗng (NUL), không phải văn bản; hãy lưu lại từ bảng tính."),
            code="table.nul",
            field="file",
        )
    if text[:4].lower() == "sep=" and "\n" in text:
        first, text = text.split("\n", 1)
        delimiter = first.strip()[4:5] or ","
    else:
        delimiter = find_delimiter(text)
    rows = _rows(text, delimiter, limits)
    return Table(kind="csv", rows=rows, encoding=encoding, delimiter=delimiter)


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([_cell(value) for value in row])
            width = max(width, len(row))
            if len(rows) > limits.rows or width > limits.columns:
                raise too_many("csv", rows=text.count("\n") + 1, columns=width, limits=limits)
    except csv.Error as error:
        raise DomainError(
            _("Tệp csv có ô quá dài hoặc dấu nháy không khép; hãy lưu lại từ bảng tính."),
            code="table.broken",
            field="file",
        ) from error
    for row in rows:
        row += [""] * (width - len(row))
    return rows


def _cell(value: str) -> str:
    wrapped = _AS_TEXT.match(value)
    return wrapped[1] if wrapped else _GUARDED.sub("", value)


def decode(data: bytes) -> tuple[str, str]:
    """(text in NFC, name of the encoding)."""
    for mark, name in _BYTE_ORDER:
        if data.startswith(mark):
            return _composed(data.decode(name, errors="replace")), name
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return _composed(data.decode(unmarked, errors="replace")), unmarked
    try:
        return _composed(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        name = _single_byte(data)
        return _composed(data.decode(name, errors="replace")), name


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


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
