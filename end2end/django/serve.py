"""Serves the tutorial's app with daphne on a loopback port. Never configuration: that is the environment's.

    serve.py --port N       N may be 0: the system chooses

Prints `listening on 127.0.0.1:N` once it accepts connections and ends with status 0 on SIGTERM.
"""

import argparse
import sys

from daphne.server import Server
from twisted.internet import reactor

from tutorial.asgi import application


def announce(server: Server) -> None:
    """Called by the running reactor, so that a SIGTERM that follows the line is already handled."""
    host, port = server.listening_addresses[0]
    print(f"listening on {host}:{port}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The tutorial's Django app on a loopback port")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    server = Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], application_close_timeout=2)
    reactor.callWhenRunning(announce, server)
    server.run()
    if not server.listening_addresses:
        sys.exit(1)


if __name__ == "__main__":
    main()
