"""One process of `make bench-layer` on the real channels_redis: it sends, or holds members, or runs the churn workload.

The first argument is a JSON object, `Part`. The same parts exist in Rust (server/channel_layer/benches/redis), which starts
these processes, says when to begin, and does the sums.
Never here: JSON in what is measured, processes, sums, a layer of our own.
"""

import asyncio
import json
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channels_redis.core import RedisChannelLayer

from churn import Workload, churn

GROUP = "bench"
TEXT = "x" * 100
TICK = 0.005  # seconds after which what has arrived is told, however little
SLOW_TICK = 0.05  # the same when latencies are taken, where more would only keep the machine awake
STALL = 3.0  # seconds without any arrival after which the rest counts as lost


@dataclass(frozen=True)
class Part:
    """What this process does. The fields are those of Part in part.rs, which explains them."""

    role: str
    url: str
    capacity: int
    acks: str
    index: int
    kind: str
    members: int
    processes: int
    each: int
    window: int
    tasks: int
    seconds: float
    rate: float
    inboxes: bool  # Rust only
    workload: dict[str, Any] = field(default_factory=dict)


class Members:
    """Consumers as those of Channels: each a task in a `receive()` loop, which checks the numbers that come."""

    def __init__(self, layer: RedisChannelLayer, part: Part, tell: Callable[[int], None]) -> None:
        self.layer, self.tell = layer, tell
        self.timed = part.rate > 0
        # Told often enough that the sender's window never waits for it.
        self.stride = max(1, part.window // 8) * max(1, part.members)
        self.got = self.told = self.duplicated = 0
        self.latencies: list[int] = []
        self.failures: Counter[str] = Counter()
        self.tasks: list[asyncio.Task[None]] = []

    async def join(self, count: int, in_group: bool) -> str:
        """Start as many, and answer the name of the last."""
        channel = ""
        for _ in range(count):
            channel = await self.layer.new_channel()
            if in_group:
                await self.layer.group_add(GROUP, channel)
            self.tasks.append(asyncio.create_task(self.read(channel)))
        self.tasks.append(asyncio.create_task(self.tick()))
        return channel

    async def read(self, channel: str) -> None:
        """One consumer. An error ends it, as it ends a Channels consumer, and is counted."""
        following, missing = 0, set[int]()
        try:
            while True:
                message = await self.layer.receive(channel)
                number = message["n"]
                if number == following:
                    following += 1
                elif number > following:
                    missing.update(range(following, number))
                    following = number + 1
                elif number in missing:
                    missing.remove(number)
                else:
                    self.duplicated += 1
                    continue
                if self.timed and message["at"]:
                    self.latencies.append(time.monotonic_ns() - message["at"])
                self.got += 1
                if self.got - self.told >= self.stride:
                    self.say()
        except Exception as error:
            self.failures[type(error).__name__] += 1

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(SLOW_TICK if self.timed else TICK)
            if self.got != self.told:
                self.say()

    def say(self) -> None:
        self.told = self.got
        self.tell(self.got)

    def report(self) -> dict[str, Any]:
        return {
            "got": self.got,
            "duplicated": self.duplicated,
            "failures": dict(self.failures),
            "latencies": self.latencies,
        }


class Sender:
    """Sends, and knows how much of it has arrived at all members of all processes."""

    def __init__(self, layer: RedisChannelLayer, part: Part) -> None:
        self.layer, self.part = layer, part
        self.sent = self.completed = 0
        self.target = ""
        self.ready = 0
        # Arrivals by process, the last one is this; and how many members each has.
        self.got = [0] * (part.processes + (part.members > 0))
        self.sizes = [part.each] * part.processes + [part.members] * (part.members > 0)
        self.changed = asyncio.Event()
        self.own = Members(layer, part, lambda got: self.arrived(part.processes, got))
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(part.acks)
        self.socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self.socket, self.hear)

    def hear(self) -> None:
        """`ready <process> <channel>` or `got <process> <arrivals>`."""
        word, process, value = self.socket.recv(256).decode().split(" ")
        if word == "ready":
            self.ready, self.target = self.ready + 1, value
            self.changed.set()
        else:
            self.arrived(int(process), int(value))

    def arrived(self, process: int, got: int) -> None:
        self.got[process] = got
        self.completed = min(got // size for got, size in zip(self.got, self.sizes))
        self.changed.set()

    async def progress(self, seconds: float) -> bool:
        """Whether something has changed by then."""
        self.changed.clear()
        try:
            await asyncio.wait_for(self.changed.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def say(self, number: int, at: int) -> None:
        message = {"type": "number", "n": number, "at": at, "text": TEXT}
        if self.part.kind == "send":
            await self.layer.send(self.target, message)
        else:
            await self.layer.group_send(GROUP, message)

    async def drain(self) -> None:
        while self.completed < self.sent and await self.progress(STALL):
            pass

    async def flood(self, until: float) -> None:
        """One of several tasks that send as fast as the window lets them."""
        while time.monotonic() < until:
            if self.sent - self.completed >= self.part.window:
                await self.progress(until - time.monotonic())
                continue
            number, self.sent = self.sent, self.sent + 1
            await self.say(number, 0)

    async def pace(self, until: float) -> None:
        started, first = time.monotonic(), self.sent
        while time.monotonic() < until:
            await asyncio.sleep(max(0.0, started + (self.sent - first) / self.part.rate - time.monotonic()))
            number, self.sent = self.sent, self.sent + 1
            await self.say(number, time.monotonic_ns())

    async def run(self, go: Callable[[], Any]) -> None:
        await self.own.join(self.part.members, in_group=True)
        while self.ready < self.part.processes:
            await self.progress(STALL)
        for _ in range(min(10, self.part.window)):
            number, self.sent = self.sent, self.sent + 1
            await self.say(number, 0)
        await self.drain()
        warm = self.sent
        emit({"event": "ready"})
        await go()
        started = time.monotonic()
        until = started + self.part.seconds
        if self.part.rate > 0:
            await self.pace(until)
        else:
            await asyncio.gather(*(self.flood(until) for _ in range(self.part.tasks)))
        await self.drain()
        seconds = time.monotonic() - started
        emit({"event": "done", "sent": self.sent, "measured": self.sent - warm, "seconds": seconds, "unsent": 0})


def emit(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)


async def lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def hold(layer: RedisChannelLayer, part: Part) -> Members:
    """A process that only holds members; it tells the sender what has arrived."""
    acks = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    acks.connect(part.acks)
    members = Members(layer, part, lambda got: acks.send(f"got {part.index} {got}".encode()) and None)
    channel = await members.join(part.members, in_group=part.kind == "group")
    # Until the consumers wait: a message before that would be measured with their start.
    await asyncio.sleep(0.2)
    acks.send(f"ready {part.index} {channel}".encode())
    return members


async def main() -> None:
    """Until stdin ends; then the report."""
    part = Part(**json.loads(sys.argv[1]))

    def make_layer() -> RedisChannelLayer:
        return RedisChannelLayer(hosts=[part.url], capacity=part.capacity)

    if part.role == "churn":
        emit(await churn(make_layer, Workload(**part.workload)))
        return
    asks = await lines()
    if part.role == "sender":
        sender = Sender(make_layer(), part)
        emit({"event": "bound"})
        await sender.run(asks.readline)
        members = sender.own
    else:
        members = await hold(make_layer(), part)
    while await asks.readline():
        pass
    emit(members.report())
    # Consumers that wait would only complain of the end.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
