"""The clock that a core layer reads while it sends: in coarse steps, or set back.

Never here: another clock than the senders', Redis' own above all.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch


@contextmanager
def in_steps(tick: float) -> Iterator[None]:
    """It moves in steps of so many seconds, as a coarse or stepped one does. Only the sending methods read it."""
    if tick <= 0:
        yield
        return
    with patch("channels_redis.core.time", reading(lambda: math.floor(time.time() / tick) * tick)):
        yield


@contextmanager
def set_back(seconds: float) -> Iterator[None]:
    """It is late by so many seconds: what is sent meanwhile is that old, and so is its encryption's token."""
    if seconds <= 0:
        yield
        return
    late = reading(lambda: time.time() - seconds)
    with patch("channels_redis.core.time", late), patch("cryptography.fernet.time", late):
        yield


def reading(now: Callable[[], float]) -> SimpleNamespace:
    return SimpleNamespace(time=now)
