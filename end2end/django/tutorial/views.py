"""The HTTP way into a group, as teams write it: a plain Django view that group_sends. Never pages."""

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST


@require_POST
def say(request: HttpRequest, group: str) -> HttpResponse:
    """Say the request's body to everyone in the group."""
    message = {"type": "websocket.receive", "text": request.body.decode()}
    async_to_sync(get_channel_layer().group_send)(group, {"type": "send_msg", "message": message})
    return HttpResponse(status=204)
