"""Every address of the app, HTTP and sockets. Never behaviour."""

from django.urls import path, re_path

from tutorial.consumers import GroupConsumer, RoomConsumer
from tutorial.views import say

urlpatterns = [path("say/<str:group>/", say)]

websocket_urlpatterns = [
    re_path(r"^room/.+$", RoomConsumer.as_asgi()),
    re_path(r"^group/(?P<group>[\w.-]+)/$", GroupConsumer.as_asgi()),
]
