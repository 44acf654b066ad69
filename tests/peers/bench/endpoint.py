"""An endpoint that plays recordings into its microphone at the speed of life, over the protocol of docs/protocol.md."""

import asyncio
import json
import time
import wave

import websockets

from .processes import Broken

CHUNK_S = 0.02
HEADER = bytes([1, 0, 0, 0, 0, 0, 0, 0])
# Silence after the recording; the endpointer and the answer need less.
TAIL_S = 25
TURN_LIMIT_S = 90


class Endpoint:
    """Connected once, then `turn()` for each recording."""

    def __init__(self, port, name, room=None):
        self.port, self.name, self.room = port, name, room

    async def __aenter__(self):
        self.socket = await websockets.connect(
            f"ws://127.0.0.1:{self.port}/api/v1/stream", max_size=None, compression=None, ping_interval=None
        )
        hello = {
            "type": "hello",
            "version": 1,
            "endpoint": self.name,
            "capabilities": ["microphone", "speaker"],
            "input": {"codec": "pcm_s16le", "rate": 16_000, "channels": 1},
            "output": {"codec": "pcm_s16le", "rate": 22_050, "channels": 1},
        }
        if self.room:
            hello["room"] = self.room
        await self.say(**hello)
        await asyncio.wait_for(self.hear_until("welcome", {}), 20)
        return self

    async def __aexit__(self, *_):
        try:
            await self.say(type="bye")
        except websockets.ConnectionClosed:
            pass
        await self.socket.close()

    async def say(self, **message):
        await self.socket.send(json.dumps(message))

    async def hear_until(self, kind, seen):
        """Collects messages into `seen` until one of `kind`; answers what must be answered."""
        async for message in self.socket:
            now = time.monotonic()
            if isinstance(message, bytes):
                seen.setdefault("first_audio_at", now)
                continue
            message = json.loads(message)
            name = message["type"]
            seen.setdefault(f"{name}_at", now)
            if name in ("transcript", "reply", "end_of_speech", "intent", "timings"):
                seen[name] = message
            elif name == "error":
                seen.setdefault("errors", []).append(message)
            elif name == "state":
                seen["state"] = message["state"]
            elif name == "audio_end":
                # Nobody listens: the reply need not sound to its end.
                await self.say(type="playback_finished", turn=message["turn"])
            if name == kind:
                return message
        raise Broken(f"the daemon closed the stream of {self.name} while {kind} was awaited")

    async def turn(self, clip):
        """One turn by a tap on the talk button: the endpointer decides when the person has finished.

        What was seen, with `spoken_at`, the moment when the last word's last sample was sent.
        """
        seen = {}
        with wave.open(str(clip.path)) as file:
            pcm = file.readframes(file.getnframes())
        await self.say(type="press")
        await self.say(type="release")
        microphone = asyncio.create_task(self.play(pcm, clip.last_speech_s, seen))
        try:
            await asyncio.wait_for(self.hear_until("timings", seen), TURN_LIMIT_S)
            if seen.get("state") == "follow_up":
                await self.say(type="cancel")
        except asyncio.TimeoutError:
            raise Broken(f"no end of the turn with {clip.name} after {TURN_LIMIT_S} s: {seen}") from None
        finally:
            microphone.cancel()
        return seen

    async def typed(self, text):
        """One turn by typed words; what was seen."""
        seen = {}
        await self.say(type="text", text=text)
        try:
            await asyncio.wait_for(self.hear_until("timings", seen), TURN_LIMIT_S)
            if seen.get("state") == "follow_up":
                await self.say(type="cancel")
        except asyncio.TimeoutError:
            raise Broken(f"no end of the turn with '{text}' after {TURN_LIMIT_S} s: {seen}") from None
        return seen

    async def play(self, pcm, last_speech_s, seen):
        size = int(CHUNK_S * 16_000) * 2
        pcm += bytes(int(TAIL_S / CHUNK_S) * size)
        began = time.monotonic()
        for number in range(len(pcm) // size):
            # A microphone gives a chunk away when its last sample has been heard.
            due = began + (number + 1) * CHUNK_S
            await asyncio.sleep(max(0, due - time.monotonic()))
            await self.socket.send(HEADER + pcm[number * size : (number + 1) * size])
            if "spoken_at" not in seen and (number + 1) * CHUNK_S >= last_speech_s:
                seen["spoken_at"] = began + last_speech_s
