"""A shop window: a page, its style sheet as a static file, and what the load balancer asks."""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

WARES = ("bread", "butter", "a bicycle bell")


def window(request: HttpRequest) -> HttpResponse:
    return render(request, "window.html", {"wares": WARES, "version": os.environ.get("APP_VERSION", "unknown")})


def facts(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"application": "django", "https": request.is_secure(), "wares": len(WARES)})


def health(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that answers /health before anything looks at the request's host."""

    def answer_health_first(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ready\n") if request.path == "/health" else answer(request)

    return answer_health_first
