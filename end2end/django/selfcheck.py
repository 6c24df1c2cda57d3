"""Checks that the Django side stands on its own: the tutorial behaves, the peer works. One line per check.

    python selfcheck.py           status 0 when all is well

Never here: Teahouse. What both sides do together is tested from Rust.
"""

import asyncio
import base64
import http.client
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from processes import (
    Environment,
    PeerClient,
    PeerError,
    Server,
    end,
    install_redis,
    peer,
    redis_server,
    tutorial_server,
)

ROOM_SAYS = "服务端主动推送消息"
GROUP_SAYS = "组内主动推送消息:"
PASSWORD = "茶-and-tea".encode().hex()
KEYS = json.dumps(["the first key encrypts", "the second still decrypts"])


@dataclass(frozen=True)
class House:
    """Two servers and a peer on one layer."""

    environment: Environment
    redis_url: str
    left: Server
    right: Server
    peer: PeerClient

    @property
    def core(self) -> bool:
        return self.environment["LAYER_BACKEND"] == "core"


@asynccontextmanager
async def house(environment: Environment, redis_url: str) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        left, right = [await stack.enter_async_context(tutorial_server(environment)) for _ in range(2)]
        yield House(environment, redis_url, left, right, await stack.enter_async_context(peer(environment)))


def socket_to(server: Server, path: str) -> connect:
    return connect(server.url(path), proxy=None)


async def hears(socket: ClientConnection, expected: str) -> None:
    equal(await asyncio.wait_for(socket.recv(), 5), expected)


async def closes_with(socket: ClientConnection, code: int) -> None:
    try:
        raise AssertionError(f"heard {await asyncio.wait_for(socket.recv(), 5)!r}")
    except ConnectionClosed as closed:
        equal(closed.rcvd.code if closed.rcvd else None, code)


def equal(seen: Any, expected: Any) -> None:
    if seen != expected:
        raise AssertionError(f"expected {expected!r}, saw {seen!r}")


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await condition():
            await asyncio.sleep(0.02)


# The tutorial.


async def a_room_echoes_to_that_socket_alone(at: House) -> None:
    async with socket_to(at.left, "/room/1/") as one, socket_to(at.left, "/room/1/") as other:
        await one.send("你好")
        await hears(one, ROOM_SAYS + "你好")
        await other.send("exit ")
        await hears(other, ROOM_SAYS + "exit ")


async def any_path_below_room_is_a_room(at: House) -> None:
    async with socket_to(at.left, "/room/a/b%20c") as socket:
        await socket.send("x")
        await hears(socket, ROOM_SAYS + "x")


async def exit_closes_a_room_with_1000(at: House) -> None:
    async with socket_to(at.left, "/room/1/") as socket:
        await socket.send("exit")
        await closes_with(socket, 1000)


async def a_group_spans_both_servers(at: House) -> None:
    async with socket_to(at.left, "/group/tea-1/") as left, socket_to(at.right, "/group/tea-1/") as right:
        for speaker, text in [(left, "来喝茶"), (right, "exit")]:
            await speaker.send(text)
            await hears(left, GROUP_SAYS + text)
            await hears(right, GROUP_SAYS + text)


async def groups_do_not_hear_each_other(at: House) -> None:
    async with socket_to(at.left, "/group/one/") as one, socket_to(at.right, "/group/two/") as two:
        await one.send("1")
        await two.send("2")
        await hears(one, GROUP_SAYS + "1")
        await hears(two, GROUP_SAYS + "2")


async def the_view_speaks_into_a_group(at: House) -> None:
    async with socket_to(at.left, "/group/said/") as left, socket_to(at.right, "/group/said/") as right:
        equal(await asyncio.to_thread(post, at.left, "/say/said/", "从视图来"), 204)
        await hears(left, GROUP_SAYS + "从视图来")
        await hears(right, GROUP_SAYS + "从视图来")


async def leaving_discards_the_membership(at: House) -> None:
    async with socket_to(at.left, "/group/left/"):
        equal(await members(at, "left"), 1)
    await until(lambda: nobody_in(at, "left"))


async def nobody_in(at: House, group: str) -> bool:
    return await members(at, group) == 0


async def members(at: House, group: str) -> int:
    """Members in Redis; for pub/sub the processes that subscribe."""
    prefix = at.environment["LAYER_PREFIX"]
    async with Redis.from_url(at.redis_url) as redis:
        if at.core:
            return await redis.zcard(f"{prefix}:group:{group}")
        return (await redis.pubsub_numsub(f"{prefix}__group__{group}"))[0][1]


def post(server: Server, path: str, text: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("POST", path, text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        return connection.getresponse().status
    finally:
        connection.close()


# The peer.


async def the_peer_sends_and_receives_bytes_too(at: House) -> None:
    channel = await at.peer.ask("new_channel")
    message = {"type": "x", "text": "茶", "n": 7, "f": 1.5, "none": None, "yes": True, "list": [1, {"k": "v"}]}
    if at.environment["SERIALIZER"] == "msgpack":
        message["bytes"] = {"base64": base64.b64encode(b"\0\xff").decode()}
    await at.peer.ask("send", channel=channel, message=message)
    equal(await at.peer.ask("receive", channel=channel), message)
    equal(await at.peer.ask("receive", channel=channel, timeout=0.1), None)


async def the_peer_receives_on_many_channels_at_once(at: House) -> None:
    channels = [await at.peer.ask("new_channel") for _ in range(3)]
    receives = [asyncio.create_task(at.peer.ask("receive", channel=channel)) for channel in channels]
    for channel in reversed(channels):
        await at.peer.ask("send", channel=channel, message={"type": "x", "to": channel})
    equal([message["to"] for message in await asyncio.gather(*receives)], channels)


async def the_peer_and_the_servers_share_groups(at: House) -> None:
    channel = await at.peer.ask("new_channel")
    await at.peer.ask("group_add", group="shared", channel=channel)
    async with socket_to(at.left, "/group/shared/") as socket:
        await socket.send("来自浏览器")
        await hears(socket, GROUP_SAYS + "来自浏览器")
        event = await at.peer.ask("receive", channel=channel)
        equal(event, {"type": "send_msg", "message": {"type": "websocket.receive", "text": "来自浏览器"}})
        event["message"] |= {"text": "来自同伴", "seq": 2}
        await at.peer.ask("group_discard", group="shared", channel=channel)
        await at.peer.ask("group_send", group="shared", message=event)
        await hears(socket, GROUP_SAYS + "来自同伴")
        equal(await at.peer.ask("receive", channel=channel, timeout=0.2), None)


async def the_peer_answers_failures(at: House) -> None:
    await fails(at.peer.ask("shout"), "ValueError")
    await fails(at.peer.ask("group_add", group="g"), "TypeError")
    await fails(at.peer.ask("group_add", group="g", channel="=+!"), "TypeError" if at.core else "RuntimeError")


async def fails(asking: Awaitable[Any], error: str) -> None:
    try:
        raise AssertionError(f"expected {error}, was answered {await asking!r}")
    except PeerError as seen:
        equal(str(seen), error)


async def an_idle_receive_outlives_five_seconds(at: House) -> None:
    """redis-py 8 would end it with a TimeoutError."""
    channel = await at.peer.ask("new_channel")
    receive = asyncio.create_task(at.peer.ask("receive", channel=channel, timeout=10))
    await asyncio.sleep(6)
    await at.peer.ask("send", channel=channel, message={"type": "late"})
    equal(await receive, {"type": "late"})


async def without_churn_nothing_is_lost(at: House) -> None:
    report = await at.peer.ask("churn", messages=100, rate=200, settle=0.5)
    equal([report[key] for key in ("sent", "lost", "duplicated", "out_of_order", "full")], [100, 0, 0, 0, 0])


async def the_peer_counts_what_a_burst_sent(at: House) -> None:
    channel = await at.peer.ask("new_channel")
    equal(await at.peer.ask("burst", channel=channel, message={"type": "x"}, count=3), {"sent": 3, "full": 0})
    for _ in range(3):
        equal(await at.peer.ask("receive", channel=channel), {"type": "x"})


async def the_peer_sends_from_the_past(at: House) -> None:
    """Core only: the message's score is that old."""
    channel = f"past-{time.time_ns()}"
    await at.peer.ask("send", channel=channel, message={"type": "late"}, ago=100)
    async with Redis.from_url(at.redis_url) as redis:
        [(_, score)] = await redis.zrange(at.environment["LAYER_PREFIX"] + channel, 0, -1, withscores=True)
    equal(90 < time.time() - score < 110, True)


async def the_peer_tells_what_lies_unread_in_it(at: House) -> None:
    """Core only. Who reads takes in what is for others of its process."""
    before = await at.peer.ask("buffered")
    reader, other = [await at.peer.ask("new_channel") for _ in range(2)]
    for channel in (other, reader):
        await at.peer.ask("send", channel=channel, message={"type": "x"})
    equal(await at.peer.ask("receive", channel=reader), {"type": "x"})
    equal(await at.peer.ask("buffered"), {key: number + 1 for key, number in before.items()})
    equal(await at.peer.ask("receive", channel=other), {"type": "x"})
    equal(await at.peer.ask("buffered"), before)


async def the_peer_flushes(at: House) -> None:
    """The last check of the peer: flush takes every key of the prefix."""
    await at.peer.ask("flush")
    async with Redis.from_url(at.redis_url) as redis:
        equal(await redis.keys(at.environment["LAYER_PREFIX"] + "*"), [])


async def sigterm_ends_all_cleanly(at: House) -> None:
    """With sockets open."""
    async with socket_to(at.left, "/group/end/"), socket_to(at.right, "/room/end/"):
        processes = [at.left.process, at.right.process, at.peer.process]
        equal(await asyncio.gather(*map(end, processes)), [0, 0, 0])


Check = Callable[[House], Awaitable[None]]
CHECKS: list[Check] = [
    a_room_echoes_to_that_socket_alone,
    any_path_below_room_is_a_room,
    exit_closes_a_room_with_1000,
    a_group_spans_both_servers,
    groups_do_not_hear_each_other,
    the_view_speaks_into_a_group,
    leaving_discards_the_membership,
    the_peer_sends_and_receives_bytes_too,
    the_peer_receives_on_many_channels_at_once,
    the_peer_and_the_servers_share_groups,
    the_peer_answers_failures,
    the_peer_counts_what_a_burst_sent,
    without_churn_nothing_is_lost,
    the_peer_flushes,
    sigterm_ends_all_cleanly,
]


# What the original loses: shown, not judged, for chance decides the numbers.

WORKLOADS = {
    "row 1, 1400 visits a second": {"messages": 500, "rate": 100, "opens": 1400},
    "row 2, 4 readers of a backlog": {"messages": 3000, "rate": 1e5, "normal": True, "readers": 4, "asleep": True},
    "row 4, direct sends over 4 shards": {"messages": 40, "channels": 40},
    "row 8, a consumer that sleeps": {"messages": 300, "rate": 100, "asleep": True},
    "row 12, a clock of 10 ms steps": {"messages": 90, "rate": 400, "tick": 0.01, "normal": True, "asleep": True},
}


async def show_losses(redis_url: str) -> None:
    shards = [redis_url.removesuffix("/0") + f"/{n}" for n in range(4)]
    for row, workload in WORKLOADS.items():
        environment = layer_environment("core", *(shards if "shards" in row else [redis_url]))
        if "backlog" in row:
            environment["LAYER_OPTIONS"] = json.dumps({"capacity": workload["messages"]})
        async with peer(environment) as client:
            print(f"seen  core: {row}: {json.dumps(await client.ask('churn', **workload))}", flush=True)


def layer_environment(backend: str, *hosts: str, keys: str = "[]", serializer: str = "msgpack") -> Environment:
    return {
        "LAYER_BACKEND": backend,
        "LAYER_HOSTS": json.dumps(hosts),
        "LAYER_KEYS": keys,
        "LAYER_PREFIX": f"check-{time.time_ns()}",
        "LAYER_OPTIONS": "{}",
        "SERIALIZER": serializer,
    }


def settings(open_url: str, locked_url: str) -> dict[str, tuple[Environment, str]]:
    """Each way of configuring the layer, and the Redis it is on."""
    ways = {}
    for backend in ("core", "pubsub"):
        for name, url in (("open", open_url), ("password", locked_url)):
            ways[f"{backend}, {name}"] = layer_environment(backend, url), url
            ways[f"{backend}, {name}, keys"] = layer_environment(backend, url, keys=KEYS), url
        ways[f"{backend}, open, json"] = layer_environment(backend, open_url, serializer="json"), open_url
    return ways


CORE_CHECKS: list[Check] = [the_peer_sends_from_the_past, the_peer_tells_what_lies_unread_in_it]


def checks_for(way: str) -> list[Check]:
    """The slow check does not depend on keys and passwords: once for each backend is enough."""
    slow = [an_idle_receive_outlives_five_seconds] if way.endswith("open") else []
    return slow + (CORE_CHECKS if way.startswith("core") else []) + CHECKS


async def passes(name: str, check: Awaitable[None]) -> bool:
    started = time.monotonic()
    try:
        await check
    except Exception as error:
        print(f"FAIL  {name}: {type(error).__name__}: {error}", flush=True)
        return False
    print(f"ok    {name} ({time.monotonic() - started:.2f} s)", flush=True)
    return True


async def main() -> int:
    install_redis()
    good = []
    async with redis_server() as open_url, redis_server(PASSWORD) as locked_url:
        for way, (environment, url) in settings(open_url, locked_url).items():
            async with house(environment, url) as at:
                for check in checks_for(way):
                    good.append(await passes(f"{way}: {check.__name__.replace('_', ' ')}", check(at)))
        await show_losses(open_url)
    print(f"{sum(good)} of {len(good)} checks passed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
