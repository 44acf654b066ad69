"""An endpoint of Rosie's, over the network: docs/protocol.md on a WebSocket, with nothing but Python's own library."""

import base64
import json
import os
import socket
import struct
import time
import wave


class Endpoint:
    def __init__(self, port, name="image-test", capabilities=("microphone",)):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=700)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.socket.sendall((head + f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self._more()
        answer, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        self.say({"type": "hello", "version": 1, "endpoint": name, "capabilities": list(capabilities)})
        self.hear("welcome")

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("Rosie hung up")
        return data

    def _take(self, length):
        while len(self.buffer) < length:
            self.buffer += self._more()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _frame(self, kind, data):
        mask = os.urandom(4)
        head = bytes([0x80 | kind])
        if len(data) < 126:
            head += bytes([0x80 | len(data)])
        else:
            head += bytes([0x80 | 126]) + struct.pack(">H", len(data))
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def say(self, message):
        self._frame(1, json.dumps(message).encode())

    def sound(self, samples):
        """Little-endian PCM, 16 bits, behind the header of 8 bytes: kind 1, and turn 0 from an endpoint."""
        self._frame(2, bytes([1, 0, 0, 0, 0, 0, 0, 0]) + samples)

    def next(self):
        """The next control message; audio is left out, pings are answered."""
        while True:
            first, second = self._take(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack(">H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._take(8))
            data = self._take(length)
            if first & 15 == 1:
                return json.loads(data)
            if first & 15 == 9:
                self._frame(10, data)
            if first & 15 == 8:
                raise ConnectionError(f"Rosie closed: {data[2:].decode()}")

    def hear(self, *kinds, limit=300):
        until = time.monotonic() + limit
        seen = []
        while time.monotonic() < until:
            message = self.next()
            if message["type"] in kinds:
                return message
            seen.append(message)
        raise AssertionError(f"none of {kinds} in {limit} s, but {seen}")

    def ask(self, text):
        """A typed question; the reply's text."""
        self.say({"type": "text", "text": text})
        answer = self.hear("reply", "error")
        assert answer["type"] == "reply", answer
        return answer["text"]

    def speak(self, recording):
        """A spoken turn from a recording (16 kHz mono): what Rosie understood, and what she says."""
        with wave.open(str(recording)) as source:
            assert (source.getframerate(), source.getnchannels(), source.getsampwidth()) == (16000, 1, 2)
            samples = source.readframes(source.getnframes())
        self.say({"type": "press"})
        for at in range(0, len(samples), 640):
            self.sound(samples[at : at + 640])
            time.sleep(0.02)
        self.say({"type": "release"})
        heard = self.hear("transcript", "error", limit=700)
        assert heard["type"] == "transcript", heard
        answer = self.hear("reply", "error")
        return heard["text"], answer.get("text", answer)

    def close(self):
        self.socket.close()
