"""Drives a real channels layer by JSON lines: commands on stdin, answers on stdout, complaints on stderr.

The protocol is in README.md. The layer comes from the environment, as the tutorial's does.
Never here: Django, expectations (the driver compares), a layer of our own.
"""

import asyncio
import base64
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from channels.exceptions import ChannelFull
from django.utils.module_loading import import_string

from churn import Workload, churn
from clock import set_back
from tutorial.layer import BACKENDS, channel_layer

LONGEST_LINE = 64 * 1024 * 1024
OWN_COMMANDS = {"receive", "burst", "buffered"}
LAYER_COMMANDS = {"new_channel", "send", "group_add", "group_discard", "group_send", "flush"}


class Peer:
    """One layer, and the commands it understands."""

    def __init__(self) -> None:
        self.entry = channel_layer(os.environ)
        if self.entry["BACKEND"] == BACKENDS["memory"]:
            raise ValueError("peer.py drives channels_redis: LAYER_BACKEND must be core or pubsub")
        self.layer = self.make_layer()
        self.turn = asyncio.Lock()

    def make_layer(self) -> Any:
        return import_string(self.entry["BACKEND"])(**self.entry["CONFIG"])

    async def answer(self, line: bytes) -> None:
        """Do what one line asks and print one line. A failure of the layer is an answer, never the end."""
        ident = None
        try:
            request = from_json(json.loads(line))
            ident = request.pop("id")
            answer = json.dumps({"id": ident, "ok": to_json(await self.do(**request))})
        except Exception as error:
            answer = json.dumps({"id": ident, "error": {"type": type(error).__name__, "message": str(error)}})
        print(answer, flush=True)

    async def do(self, command: str, **arguments: Any) -> Any:
        if command in OWN_COMMANDS:
            return await getattr(self, command)(**arguments)
        if command == "churn":
            return await churn(self.make_layer, Workload(**arguments))
        if command not in LAYER_COMMANDS:
            raise ValueError(f"unknown command {command!r}")
        async with self.turn:
            with set_back(arguments.pop("ago", 0)):
                return await getattr(self.layer, command)(**arguments)

    async def receive(self, channel: str, timeout: float = 5.0) -> dict[str, Any] | None:
        """The next message, or None. A timeout cancels the layer's receive, as a consumer that leaves does."""
        try:
            return await asyncio.wait_for(self.layer.receive(channel), timeout)
        except TimeoutError:
            return None

    async def burst(self, channel: str, message: dict[str, Any], count: int) -> dict[str, int]:
        """One message sent so many times at once, as so many consumers of a process do."""
        async with self.turn:
            sends = [self.layer.send(channel, message) for _ in range(count)]
            outcomes = await asyncio.gather(*sends, return_exceptions=True)
        full = sum(isinstance(outcome, ChannelFull) for outcome in outcomes)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, ChannelFull):
                raise outcome
        return {"sent": count - full, "full": full}

    async def buffered(self) -> dict[str, int]:
        """What a core layer keeps in the process for channels that have not read it."""
        queues = self.layer.receive_buffer.values()
        return {"channels": len(queues), "messages": sum(queue.qsize() for queue in queues)}


def to_json(value: Any) -> Any:
    """Bytes become {"base64": …}, at any depth."""
    match value:
        case bytes():
            return {"base64": base64.b64encode(value).decode()}
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item) for item in value]
        case _:
            return value


def from_json(value: Any) -> Any:
    """{"base64": …} becomes bytes, at any depth."""
    match value:
        case {"base64": str(text), **rest} if not rest:
            return base64.b64decode(text, validate=True)
        case dict():
            return {key: from_json(item) for key, item in value.items()}
        case list():
            return [from_json(item) for item in value]
        case _:
            return value


async def lines() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line


async def main() -> None:
    """Until stdin ends and the last command is answered, or until SIGTERM."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
    peer = Peer()
    with suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as commands:
            async for line in lines():
                commands.create_task(peer.answer(line))


if __name__ == "__main__":
    asyncio.run(main())
