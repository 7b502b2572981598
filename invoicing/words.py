"""An amount in Vietnamese words, as invoices read it.

Groups of three digits; blocks of nine end in "tỷ". After the first group that is read, a group says
its hundreds even when they are zero: 1.005 is "một nghìn không trăm lẻ năm".
"""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")
BLOCK = 10**9


def vnd_in_words(amount_vnd: int) -> str:
    """The amount with a capital and "đồng": 110000000 is "Một trăm mười triệu đồng"."""
    text = f"{number_in_words(amount_vnd)} đồng"
    return text[0].upper() + text[1:]


def number_in_words(number: int) -> str:
    """The number in lower case; a negative one begins with "âm"."""
    if number < 0:
        return f"âm {number_in_words(-number)}"
    if number == 0:
        return DIGITS[0]
    words: list[str] = []
    blocks = _split(number, BLOCK)
    for power in reversed(range(len(blocks))):
        if blocks[power]:
            words += _block_words(blocks[power], leading=not words)
            words += ["tỷ"] * power
    return " ".join(words)


def _split(number: int, base: int) -> list[int]:
    """The digits of a number in a base, lowest first."""
    parts = []
    while number:
        number, part = divmod(number, base)
        parts.append(part)
    return parts


def _block_words(block: int, *, leading: bool) -> list[str]:
    """Up to nine digits: millions, thousands, units; groups of zero are skipped."""
    words: list[str] = []
    groups = _split(block, 1000)
    for power in reversed(range(len(groups))):
        if groups[power]:
            words += _group_words(groups[power], full=not (leading and not words))
            words += [GROUPS[power]] if power else []
    return words


def _group_words(group: int, *, full: bool) -> list[str]:
    """Three digits; `full` reads the hundreds even when they are zero."""
    hundreds, rest = divmod(group, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, units = divmod(rest, 10)
    if tens == 0:
        if units:
            words += ["lẻ", DIGITS[units]] if words else [DIGITS[units]]
        return words
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if units:
        words.append(_unit_after_tens(tens, units))
    return words


def _unit_after_tens(tens: int, units: int) -> str:
    if units == 5:
        return "lăm"
    if tens > 1 and units == 1:
        return "mốt"
    if tens > 1 and units == 4:
        return "tư"
    return DIGITS[units]
