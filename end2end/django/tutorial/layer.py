"""The channel layer as the environment describes it, for settings.py and for peer.py.

Never here: other settings, and any connection to Redis.
"""

import json
from collections.abc import Mapping
from typing import Any

BACKENDS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "memory": "channels.layers.InMemoryChannelLayer",
}


def channel_layer(environment: Mapping[str, str]) -> dict[str, Any]:
    """One entry of Django's CHANNEL_LAYERS."""
    backend = environment.get("LAYER_BACKEND", "memory")
    if backend not in BACKENDS:
        raise ValueError(f"LAYER_BACKEND is {backend!r}; it must be one of {', '.join(BACKENDS)}")
    config = {} if backend == "memory" else redis_config(environment)
    return {"BACKEND": BACKENDS[backend], "CONFIG": config | json.loads(environment.get("LAYER_OPTIONS", "{}"))}


def redis_config(environment: Mapping[str, str]) -> dict[str, Any]:
    """What both Redis layers understand. The hosts have no default: a test must never reach a Redis it did not start."""
    if "LAYER_HOSTS" not in environment:
        raise ValueError("LAYER_HOSTS is missing; it must be a JSON list of Redis URLs or dicts")
    return {
        "hosts": json.loads(environment["LAYER_HOSTS"]),
        "prefix": environment.get("LAYER_PREFIX", "asgi"),
        "symmetric_encryption_keys": json.loads(environment.get("LAYER_KEYS", "[]")),
        "serializer_format": environment.get("SERIALIZER", "msgpack"),
    }
