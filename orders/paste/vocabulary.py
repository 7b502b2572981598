"""Words that say what stands beside them. Where marks tell two words apart, with marks."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What follows a name, a place or goods without belonging to it.
PARTICLES = _words(
    "a ad ah ak cho dum dùm gium giup giùm giúp luon luôn ne nghe nghen nha nhaa nhe nhen nhé "
    "nè oi ok oke roi rồi shop sop thank thanks tks voi với đi ơi ạ"
)
# Where a bare name of a unit may end.
EDGES = _words(
    "a ad ah ak cho chot chốt dat dc dt dum dùm gap gium giup giùm giúp gặp lay luon luôn lấy "
    "mua ne nghe nghen nha nhaa nhan nhe nhen nhé nhận nè oi ok oke roi rồi sdt shop sop sđt "
    "tel ten thank thanks tks tên voi với đi đt đặt ơi ạ"
)
# "lấy" asks for goods, "lẩy" does not.
VERB_FORMS = _words("chốt cần lấy mua muốn order xin đặt")
# Words between a number and what is counted.
COUNTERS = _words(
    "bao bat bich binh bo bong c cai can cap cay chai chiec coc combo con cuon doi goi hat hop "
    "hu kg ki ky lang lit lo loc lon ly m mieng ong phan qua quyen ram set suat tam thoi thung "
    "to tui tuyp xap"
)
# Those that only count: they are left out of the goods' name.
BARE_COUNTERS = _words(
    "bao bich bo c cai can cap cay chai chiec con cuon doi goi hop hu kg ki ky lang lit lo loc "
    "m quyen ram set thoi thung tuyp xap"
)
# "bộ" counts, "bò" is goods.
COUNTER_FORMS = _words(
    "bao bich bó bịch bộ c can cay chai chiếc con cuon cuốn cuộn cái cây cặp goi gói hop hu hũ "
    "hộp kg ky kí ký lang lit lít lạng lọ lốc m quyen quyển ram set thung thùng thỏi tuyp tuýp "
    "xấp đôi"
)
NUMBERS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "mười": 10,
}
# Without marks only these two are numbers and nothing else.
PLAIN_NUMBERS = {"mot": 1, "hai": 2}
# Goods that often follow one another without a stop.
GOODS_NOUNS = _words(
    "ao balo binh bot chan dam dep giay goi kem khan mu noi non op quan son sua tai tat tui vay vi"
)
# The first words of places: "chợ" is one, "cho" is not.
PLACE_FORMS = _words(
    "block buôn bưu bản bến bệnh cc chung chợ cty công căn cụm hẻm kcn kdc kdt kho khu khóm "
    "khối kiệt kp ktx kđt làng lô lớp mặt ngách ngã ngõ nhà phố ql quán quầy quốc shop sô sạp "
    "số sở thôn tiệm toà trường tòa tạp tầng tổ văn xóm đ đường đại đội ấp"
)
# Words in front of a name; in a message with marks fewer of them can be meant.
PLAIN_TITLES = _words(
    "a anh ba bac ban be bà bác bé bạn bố c cau chau chi chu cháu chú chị co con cô cậu di ds "
    "dì dược e em khach khách me minh miss mr mrs ms mình mẹ nội ong sĩ toi tui tôi ông"
)
MARKED_TITLES = _words(
    "a anh bà bác bé bạn bố c cháu chú chị con cô cậu ds dì dược e em khach khách me miss mr "
    "mrs ms mình mẹ nội sĩ tui tôi ông"
)
SURNAMES = _words(
    "au bach bien bui ca cam cao chau chu cu cung dam dang dao dau dinh do doan duong giang "
    "giap h ha hau ho hoang hua huynh khong khuc kieu kim la lai lam le lieu lo lu luc luong "
    "luu ly ma mac mai ngan nghe nghiem ngo nguyen ninh nong pham phan phi phu phung phuong "
    "quach quang ro sam san siu sung ta tang thach thai than thi tieu to ton tong tran trang "
    "trieu trinh truong tu uong van vang vi vien vo vu vua vuong y yen"
)
# What a name in small letters does not contain.
STOPPERS = _words(
    "a ak anh c can chi cho chot dang dat dc de dia dt e em giao goi gui hang hom la lay lh "
    "minh mr ms mua muon ne nghen nha nhan nhe o oi order qua roi sdt ship shop so tel ten tra "
    "va voi vs xin"
)
