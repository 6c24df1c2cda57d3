"""The tutorial's two sockets, in its own synchronous style. Never anything that the tutorial does not do."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.exceptions import StopConsumer
from channels.generic.websocket import WebsocketConsumer


class RoomConsumer(WebsocketConsumer):
    """One visitor and the server, alone."""

    def websocket_connect(self, message: dict[str, Any]) -> None:
        self.accept()

    def websocket_receive(self, message: dict[str, Any]) -> None:
        text = message["text"]
        if text == "exit":
            self.close()
        else:
            self.send("服务端主动推送消息" + text)

    def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer()


class GroupConsumer(WebsocketConsumer):
    """Many visitors in one named group of the channel layer."""

    def websocket_connect(self, message: dict[str, Any]) -> None:
        # Joined before accepted: whoever sees the socket open is a member, so a test needs no pause.
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()

    def websocket_receive(self, message: dict[str, Any]) -> None:
        async_to_sync(self.channel_layer.group_send)(self.group, {"type": "send_msg", "message": message})

    def websocket_disconnect(self, message: dict[str, Any]) -> None:
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)
        raise StopConsumer()

    def send_msg(self, event: dict[str, Any]) -> None:
        """A group message came over the layer. An event without a text ends this consumer, as in the tutorial."""
        self.send("组内主动推送消息:" + event["message"]["text"])

    @property
    def group(self) -> str:
        return self.scope["url_route"]["kwargs"]["group"]
