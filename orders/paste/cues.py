"""How people mark the parts of what they write: patterns over text without marks, by field."""

import re

_WHO = r"(?:em|e|minh|mik|mk|toi|tui|chi|c|anh|khach(?: hang)?|nguoi (?:nhan|mua)|nhan)"
_AFTER = r"(?: *[:：=]| la(?= ))? *"
_KIN = r"(?: anh| chi| a| c| co| chu| bac| ong| ba| em| me| chau)\b"
_CAPITAL = "[" + "".join(c for c in map(chr, range(0x41, 0x1EF9)) if c.isupper()) + "]"

NAME_LABEL = re.compile(
    rf"(?<!\w)(?:ho (?:va )?ten(?: {_WHO})?|ten(?: {_WHO})?|(?:nguoi|ng) nhan(?: hang)?|nguoi mua"
    rf"|khach hang|kh(?: hang)?|khach(?= *:)|name|(?:lien he|lh)(?! *\d)|chu quan"
    rf"|nhan(?: hang)?(?= *:)|don cua|(?:giao|gui|ship)(?: hang)?(?: ve)? cho(?= *:|{_KIN})"
    rf"|cho chau|{_WHO} (?:la|ten(?: la)?)(?= ))(?!\w){_AFTER}"
)
# With marks, before a capital or a title: "gấp" and "gặp" are two words.
NAME_WORD = re.compile(
    rf"(?<!\w)(?:[Gg]ửi|[Gg]ặp|[Cc]ho|[Cc]ủa)(?: cho)?\s*:?\s+"
    rf"(?={_CAPITAL}[^\W\d_]*\s+{_CAPITAL}|(?:anh|chị|cô|chú|bác|ông|bà|a|c) {_CAPITAL})"
)
PLAIN_NAME_WORD = re.compile(r"(?<!\w)gap(?= )\s*")
# A word for the phone counts only where a number follows.
PHONE_LABEL = re.compile(
    rf"(?<!\w)(?:(?:so )?(?:dien thoai|dt|phone|di dong|lien lac|lien he)(?: lien (?:lac|he))?"
    rf"(?: {_WHO})?|s[dđ]t(?: (?:chinh|phu|{_WHO}))?|tel|goi|may|so(?: (?:moi|cu|cua))?(?: {_WHO})?"
    rf"|hotline|zalo){_AFTER}"
)
ADDRESS_LABEL = re.compile(
    rf"(?<!\w)(?:dia chi(?: (?:cu|moi|dung|cua|giao hang|giao|nhan hang|nhan|la|nha|{_WHO}))*|d/c"
    rf"|dc(?= *:| )(?: (?:cu|moi|{_WHO}))*|add(?:ress)?(?= *:)|noi (?:nhan|giao|o)|cho o(?= *:)"
    rf"|so nha(?= *:)"
    rf"|(?:giao|ship|gui|goi)(?: (?:hang|cod|ra|nhanh|tan|lai))* (?:ve|toi|den|tai|nha)"
    rf"|(?:giao|ship|gui) (?:ve )?cong ty nh[ae](?= *:)"
    rf"|(?:giao|ship|gui)(?= *:| (?:cong ty|cty|truong|ben xe|buu dien|chung cu)\b)"
    rf"|(?:ve|o)(?= *:)|nhan hang tai|(?:nha|{_WHO}) (?:{_WHO} )?o(?= )"
    rf"|o(?= (?:ap|thon|so|xom|ban|xa|phuong|to|duong)\b))(?: tro| nha)?(?!\w){_AFTER}"
)
# The same with their marks, which make them plain: "về" is no other word.
ADDRESS_WORD = re.compile(
    r"(?<!\w)(?:(?:gửi|giao|ship) )?(?:ở|về|tới|đến|tại)(?= )\s*", re.IGNORECASE
)
GOODS_LABEL = re.compile(
    rf"(?<!\w)(?:san pham|sp(?= *:)|hang(?: can lay)?(?= *:| \d)|don(?: (?:gom|hang))?(?= *:)"
    rf"|mon(?= *:)|dat (?:hang|mua)(?= *:)|order(?= *:)|(?:ma(?: hang)?|sku)(?= *:))(?!\w){_AFTER}"
)
QUANTITY_LABEL = re.compile(r"(?<!\w)(?:so luong|sl)\W{0,3}(?=\d)")
NOISE = re.compile(
    r"(?<!\w)(?:cam on[^\n]*|thanks[^\n]*|ship nhanh[^\n]*|(?:van )?dia chi cu nh[ae]"
    r"|giao gio hanh chinh|ck [^,.\n]*|con lai [^,.\n]*|tong (?:don|tien|bill|cong|\d)[^,.\n]*"
    r"|don moi|chao shop|xin chao|kinh gui shop|hi shop|alo shop|gap nha shop"
    r"|giao (?:chieu|sang|trong) [^,.\n]*|\([a-z ]+ cu\)|nhu (?:hom qua|lan truoc)[^,.\n]*)(?!\w)"
)
CORRECTED = re.compile(r"(?<!\w)(?:nham|sua lai|moi dung|dung la|dung phai)(?!\w)")

_TO = r"(?: (?:cho|gium|giup|dum|them|e|em|minh|mik|mk|c|chi|anh|a|shop|toi|tui|con|nha|be|chau))*"
# In front of goods; what may stand before it is who speaks.
VERB = re.compile(
    rf"(?<!\w)(?:lay|mua|dat(?: mua| hang| giup)?|chot(?: don)?|order(?: giup)?|can(?: mua)?|xin"
    rf"|muon mua){_TO}(?!\w)[\s:]*"
)
GIVE = re.compile(rf"(?<!\w)(?:cho|gui|goi|ship|giao)(?: (?:dum|giup|gium|lai))?{_TO}(?!\w)[\s:]*")

_NO_MARKET = r"(?! (?:me|em|e|anh|chi|c|a|co|chu|bac|minh|toi|ong|ba|be)\b)"  # "cho" as "to whom"
PLACE_CUE = re.compile(
    r"(?:so(?: nha)?|nha(?: so| hang| thuoc| ke)|ngo|ngach|hem|kiet|duong|pho|to(?: dan pho)?"
    r"|khu(?: pho| do thi| tap the)?|kp|thon|ap|xom|ban|lang|buon|doi|khom|khoi|can(?: ho)?"
    rf"|chung cu|cc|toa(?: nha)?|tang|block|lo|ktx|kdc|kdt|kcn|cum|quoc lo|ql|nga (?:ba|tu|nam)"
    rf"|cho{_NO_MARKET}|cong ty|cty|truong|benh vien|van phong|dai ly|quan|tiem|shop|sap"
    r"|quay(?: thuoc)?|kho|ben xe|buu dien|tap hoa|lop|k\d+|p\.? ?\d{3,4}|ct\d+\w*|mat bang)"
    r"(?= |\.|/|$)"
)
HOUSE = re.compile(r"(?:\d+[a-z]?(?:[/.\-]\d*[a-z]?\d*)*|[a-z]\d+(?:/\d+)*)(?= [a-z])")
