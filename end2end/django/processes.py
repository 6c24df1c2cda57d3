"""The processes that selfcheck.py starts and stops: Redis, the tutorial's server, the peer. Never an expectation."""

import asyncio
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, ConnectionError

HERE = Path(__file__).parent
Environment = dict[str, str]


def install_redis() -> None:
    if shutil.which("redis-server") is None:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "redis-server"], check=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@asynccontextmanager
async def redis_server(password: str | None = None) -> AsyncIterator[str]:
    """A Redis of our own on loopback that keeps nothing; yields its URL."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    command += ["--requirepass", password] if password else []
    url = f"redis://:{password}@127.0.0.1:{port}/0" if password else f"redis://127.0.0.1:{port}/0"
    with tempfile.TemporaryDirectory() as directory:
        process = await asyncio.create_subprocess_exec(*command, "--dir", directory, stdout=subprocess.DEVNULL)
        try:
            async with asyncio.timeout(10), Redis.from_url(url) as client:
                await until_up(client)
            yield url
        finally:
            await end(process)


async def until_up(client: Redis) -> None:
    while True:
        try:
            await client.ping()
            return
        except (ConnectionError, BusyLoadingError):
            await asyncio.sleep(0.02)


class Server:
    """One serve.py."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self.port = port

    def url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def tutorial_server(environment: Environment) -> AsyncIterator[Server]:
    process = await python("serve.py", "--port", "0", environment=environment, stdout=PIPE)
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        if not line.startswith("listening on 127.0.0.1:"):
            raise RuntimeError(f"serve.py said {line!r}")
        yield Server(process, int(line.rpartition(":")[2]))
    finally:
        await end(process)


class PeerClient:
    """Speaks peer.py's JSON lines; commands may overlap."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.numbers = itertools.count(1)
        self.waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, command: str, **arguments: Any) -> Any:
        """What the command returned; a failure raises PeerError."""
        number = next(self.numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        self.process.stdin.write(json.dumps({"id": number, "command": command} | arguments).encode() + b"\n")
        answer = await asyncio.wait_for(self.waiting[number], 60)
        if "error" in answer:
            raise PeerError(answer["error"]["type"])
        return answer["ok"]

    async def listen(self) -> None:
        while line := await self.process.stdout.readline():
            answer = json.loads(line)
            self.waiting.pop(answer["id"]).set_result(answer)


class PeerError(Exception):
    """The type of the exception that the layer raised."""


@asynccontextmanager
async def peer(environment: Environment) -> AsyncIterator[PeerClient]:
    process = await python("peer.py", environment=environment, stdin=PIPE, stdout=PIPE)
    client = PeerClient(process)
    listening = asyncio.create_task(client.listen())
    try:
        yield client
    finally:
        await end(process)
        await listening


async def python(script: str, *arguments: str, environment: Environment, **pipes: int) -> Process:
    command = [sys.executable, str(HERE / script), *arguments]
    return await asyncio.create_subprocess_exec(*command, env=os.environ | environment, **pipes)


async def end(process: Process) -> int:
    """Ask a process to end and return its status; whoever does not heed within 10 s is killed."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        return await asyncio.wait_for(process.wait(), 10)
    except TimeoutError:
        process.kill()
        return await process.wait()
