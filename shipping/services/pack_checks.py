"""What of a box was checked is forgotten when its parcel is void."""

from shipping.models import PackCheck


def forget_check(fulfilment_id: int) -> None:
    PackCheck.objects.filter(fulfilment=fulfilment_id).delete()
