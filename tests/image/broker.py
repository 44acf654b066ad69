"""A broker outside the box (the machine's own mosquitto), and a listener that tells what was published."""

import socket
import struct
import subprocess
import time
from pathlib import Path

from machine import free_port


class Broker:
    def __init__(self, folder):
        self.port = free_port()
        conf = Path(folder) / "mosquitto.conf"
        conf.write_text(f"user root\nlistener {self.port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n")
        self.process = subprocess.Popen(["mosquitto", "-c", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def published(self, topics, wanted, limit):
        """Listens to `topics` (MQTT 3.1.1) until a topic has been published for which `wanted(topic, payload)` holds."""
        until = time.monotonic() + limit
        line = self._connect(until)
        name = topics.encode()
        self._send(line, 0x82, b"\0\1" + struct.pack(">H", len(name)) + name + b"\0")
        seen = []
        while time.monotonic() < until:
            line.settimeout(max(0.1, until - time.monotonic()))
            try:
                kind, body = self._take(line)
            except TimeoutError:
                break
            if kind >> 4 == 3:
                (length,) = struct.unpack(">H", body[:2])
                topic, payload = body[2 : 2 + length].decode(), body[2 + length :]
                seen.append(topic)
                if wanted(topic, payload):
                    return topic
        raise AssertionError(f"nothing of what was wanted was published on {topics}, but {seen}")

    def _connect(self, until):
        while True:
            try:
                line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until, "mosquitto does not start"
                time.sleep(0.2)
        # Protocol MQTT 4, a clean session, no keep-alive.
        self._send(line, 0x10, b"\0\4MQTT\4\2\0\0" + b"\0\7watcher")
        kind, body = self._take(line)
        assert (kind, body[1]) == (0x20, 0), body
        return line

    @staticmethod
    def _send(line, kind, body):
        assert len(body) < 128
        line.sendall(bytes([kind, len(body)]) + body)

    @staticmethod
    def _take(line):
        def exactly(count):
            data = b""
            while len(data) < count:
                more = line.recv(count - len(data))
                if not more:
                    raise ConnectionError("the broker hung up")
                data += more
            return data

        kind, length, shift = exactly(1)[0], 0, 0
        while True:
            (byte,) = exactly(1)
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return kind, exactly(length)
