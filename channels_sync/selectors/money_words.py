"""Words for money that nobody knows, with what was told under them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Sum

from channels_sync.models import MoneyWord, OrderFee
from channels_sync.selectors.shops import shops_visible_to

EXAMPLES = 20


def money_words_visible_to(user: Any) -> QuerySet[MoneyWord]:
    """Those that stand in money of the user's shops."""
    lines = OrderFee.objects.filter(
        word=OuterRef("word"),
        shop__marketplace=OuterRef("marketplace"),
        shop__in=shops_visible_to(user),
    )
    return MoneyWord.objects.filter(Exists(lines))


def unclassified_count(user: Any) -> int:
    return money_words_visible_to(user).filter(counts_as="").count()


def lines_of_word(word: MoneyWord, user: Any) -> QuerySet[OrderFee]:
    """In the user's shops, the newest first."""
    lines = OrderFee.objects.filter(
        word=word.word, shop__marketplace=word.marketplace, shop__in=shops_visible_to(user)
    )
    return lines.select_related("shop").order_by("-happened_on", "-pk")


def sums_of_word(word: MoneyWord, user: Any) -> dict[str, Any]:
    """{lines, amount_vnd, first, last, shops} over all lines in the user's shops."""
    return lines_of_word(word, user).aggregate(
        lines=Count("pk"),
        amount_vnd=Sum("amount_vnd"),
        first=Min("happened_on"),
        last=Max("happened_on"),
        shops=Count("shop", distinct=True),
    )


def sums_by_word(words: Collection[MoneyWord], user: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """Lines and amount of each (marketplace, word); one statement."""
    rows = OrderFee.objects.filter(
        word__in={row.word for row in words}, shop__in=shops_visible_to(user)
    )
    sums = rows.order_by().values_list("shop__marketplace", "word")
    return {
        (code, word): (lines, amount)
        for code, word, lines, amount in sums.annotate(Count("pk"), Sum("amount_vnd"))
    }
