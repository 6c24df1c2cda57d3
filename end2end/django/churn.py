"""The workload that shows what a layer loses: steady consumers count while others in their process come and go.

Never here: JSON, a verdict (the report is numbers), a layer of our own.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from channels.exceptions import ChannelFull

from clock import in_steps

Layer = Any


@dataclass(frozen=True)
class Workload:
    """What is asked. The numbers in brackets are rows of the weakness table in channels.md."""

    messages: int = 1000
    rate: float = 200.0  # sent per second
    opens: float = 0.0  # consumers opened, and closed again, per second [1]
    lifetime: float = 0.02  # how long each of those listens, in seconds
    channels: int = 1  # steady channels; the messages take turns, so with several hosts all shards are met [4]
    normal: bool = False  # steady channels with plain names, as workers use, in place of process-specific ones
    readers: int = 1  # on each steady channel, every one with a layer of its own, as in separate processes [2]
    asleep: bool = False  # the steady consumers start to read only when all is sent; another consumer reads on [8]
    tick: float = 0.0  # the senders' clock advances in steps of so many seconds, as a coarse or stepped one does [12]
    settle: float = 6.0  # silence after which nothing more is expected; the layer restores after up to 5 s

    def __post_init__(self) -> None:
        if self.readers > 1 and not self.normal:
            raise ValueError("a process-specific channel has one reader; several need normal=true")


@dataclass
class Tally:
    """What happened."""

    sent: int = 0
    full: int = 0
    opened: int = 0
    arrived: dict[str, list[int]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    last_arrival: float = field(default_factory=time.monotonic)

    def arrive(self, channel: str, number: int) -> None:
        self.arrived[channel].append(number)
        self.last_arrival = time.monotonic()

    def fail(self, error: Exception) -> None:
        self.failures[type(error).__name__] += 1

    def report(self, seconds: float) -> dict[str, Any]:
        everything = sum(len(numbers) for numbers in self.arrived.values())
        received = sum(len(set(numbers)) for numbers in self.arrived.values())
        return {
            "sent": self.sent,
            "received": received,
            "lost": self.sent - received,
            "duplicated": everything - received,
            "out_of_order": sum(out_of_order(numbers) for numbers in self.arrived.values()),
            "full": self.full,
            "opened": self.opened,
            "failures": dict(self.failures),
            "seconds": round(seconds, 3),
        }


def out_of_order(numbers: list[int]) -> int:
    """How many first arrivals came after a younger one."""
    first_arrivals = list(dict.fromkeys(numbers))
    youngest = itertools.accumulate(first_arrivals, max)
    return sum(number < highest for number, highest in zip(first_arrivals, youngest))


async def churn(make_layer: Callable[[], Layer], workload: Workload) -> dict[str, Any]:
    """Run the workload on layers of its own and report. `seconds` is the time that the sending took."""
    sender, *readers = layers = [make_layer() for _ in range(1 + workload.readers)]
    tally = Tally(arrived={channel: [] for channel in await steady_channels(readers[0], workload)})
    tasks = [asyncio.create_task(come_and_go(readers[0], workload, tally))]
    try:
        if workload.asleep:
            tasks.append(asyncio.create_task(read(readers[0], await readers[0].new_channel(), tally)))
        else:
            tasks += start_reading(readers, tally)
        started = time.monotonic()
        with in_steps(workload.tick):
            await send_all(sender, workload, tally)
        seconds = time.monotonic() - started
        if workload.asleep:
            tasks += start_reading(readers, tally)
        await until_silent(workload.settle, tally)
    finally:
        await stop(tasks)
        for layer in layers:
            await close(layer)
    return tally.report(seconds)


async def steady_channels(layer: Layer, workload: Workload) -> list[str]:
    if workload.normal:
        return [f"churn-{time.time_ns()}-{n}" for n in range(workload.channels)]
    return [await layer.new_channel() for _ in range(workload.channels)]


def start_reading(readers: list[Layer], tally: Tally) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(read(layer, channel, tally)) for layer in readers for channel in tally.arrived]


async def read(layer: Layer, channel: str, tally: Tally) -> None:
    """A steady consumer. An error ends it, as it ends a Channels consumer, and is counted."""
    try:
        while True:
            message = await layer.receive(channel)
            tally.arrive(channel, message["number"])
    except Exception as error:
        tally.fail(error)


async def send_all(layer: Layer, workload: Workload, tally: Tally) -> None:
    """The numbers are given in sending order; a message that the layer refuses as too many is not counted as sent."""
    channels = itertools.cycle(tally.arrived)
    async for number in paced(workload.rate, workload.messages):
        try:
            await layer.send(next(channels), {"type": "churn", "number": number})
            tally.sent += 1
        except ChannelFull:
            tally.full += 1


async def come_and_go(layer: Layer, workload: Workload, tally: Tally) -> None:
    """Open consumers at the asked rate; each listens for its lifetime on a channel of its own and is cancelled."""
    if workload.opens <= 0:
        return
    async with asyncio.TaskGroup() as visits:
        async for _ in paced(workload.opens):
            visits.create_task(visit(layer, workload.lifetime, tally))


async def visit(layer: Layer, lifetime: float, tally: Tally) -> None:
    try:
        channel = await layer.new_channel()
        tally.opened += 1
        await asyncio.wait_for(layer.receive(channel), lifetime)
    except TimeoutError:
        pass
    except Exception as error:
        tally.fail(error)


async def paced(rate: float, count: int | None = None) -> AsyncIterator[int]:
    """0, 1, 2, … at an even rate; when late, catch up without pauses."""
    started = time.monotonic()
    for number in itertools.count() if count is None else range(count):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        yield number


async def until_silent(settle: float, tally: Tally) -> None:
    tally.last_arrival = time.monotonic()
    while (silence := time.monotonic() - tally.last_arrival) < settle:
        await asyncio.sleep(settle - silence)


async def stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def close(layer: Layer) -> None:
    """Close a layer's connections without deleting what it holds in Redis."""
    if hasattr(layer, "close_pools"):
        await layer.close_pools()
    else:
        await layer.flush()
