"""A plain view that stores what was posted as a row, by the ORM."""

import itertools
import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

numbers = itertools.count()


@csrf_exempt
def store(request: HttpRequest) -> HttpResponse:
    from oms.kernel.clock import now
    from oms.kernel.models import InboxMessage

    key = f"{os.getpid()}-{next(numbers)}"
    InboxMessage.objects.create(
        source="plain", key=key, body=request.body, received_at=now(), processed_at=now()
    )
    return HttpResponse(status=200, headers={"Content-Length": "0"})


urlpatterns = [path("", store)]
application = get_wsgi_application()
