"""Home Assistant as a room of Rosie's sees it, by the stock Wyoming package: home.py PORT WHAT, one line of JSON an event.

answer TEXT     runs a pipeline when it is asked for one, hears TEXT and answers with a tone of one second
leave           runs a pipeline when it is asked for one, and goes away instead of an answer
announce        sounds a tone of half a second, unasked
converse        listens unasked, as when Home Assistant begins a conversation
timer           a timer that was set through it, and is over
"""

import asyncio
import json
import math
import struct
import sys
from typing import Any

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.satellite import RunSatellite
from wyoming.tts import Synthesize

RATE = 22050
PATIENCE = 60


def tell(**what: Any) -> None:
    print(json.dumps(what), flush=True)


async def tone(client: AsyncTcpClient, seconds: float) -> None:
    samples = [int(8000 * math.sin(i * 2 * math.pi * 440 / RATE)) for i in range(int(RATE * seconds))]
    sound = struct.pack(f"<{len(samples)}h", *samples)
    await client.write_event(AudioStart(RATE, 2, 1).event())
    for at in range(0, len(sound), 2048):
        await client.write_event(AudioChunk(RATE, 2, 1, sound[at : at + 2048]).event())
    await client.write_event(AudioStop().event())


async def next_event(client: AsyncTcpClient) -> Event:
    event = await asyncio.wait_for(client.read_event(), PATIENCE)
    assert event is not None, "hung up"
    return event


async def heard(client: AsyncTcpClient, last: str) -> None:
    """Tells of every event up to the last; how long the sound is instead of it."""
    milliseconds = 0.0
    while True:
        event = await next_event(client)
        if AudioChunk.is_type(event.type):
            chunk = AudioChunk.from_event(event)
            assert (chunk.rate, chunk.width, chunk.channels) == (16000, 2, 1)
            milliseconds += 1000 * chunk.samples / chunk.rate
            continue
        tell(type=event.type, data=event.data, heard_ms=milliseconds)
        if event.type == "run-pipeline":
            await client.write_event(Transcribe(language="en").event())
        if event.type == last:
            return


async def main() -> None:
    port, what, *text = sys.argv[1:]
    async with AsyncTcpClient("127.0.0.1", int(port)) as client:
        await client.write_event(Describe().event())
        info = Info.from_event(await next_event(client))
        assert info.satellite is not None
        tell(type="info", name=info.satellite.name, area=info.satellite.area)
        await client.write_event(RunSatellite().event())
        await client.write_event(Event("ping", {"text": "x"}))
        await heard(client, "pong")
        if what in ("answer", "converse"):
            if what == "converse":
                await client.write_event(Transcribe(language="en").event())
            await heard(client, "audio-stop")
            await client.write_event(Transcript(text=text[0]).event())
            await client.write_event(Synthesize(text="A tone").event())
            await tone(client, 1)
            await heard(client, "played")
        elif what == "leave":
            await heard(client, "audio-stop")
        elif what == "announce":
            await tone(client, 0.5)
            await heard(client, "played")
        elif what == "timer":
            started = {"id": "t", "total_seconds": 60, "name": "pizza", "start_minutes": 1}
            await client.write_event(Event("timer-started", started))
            await client.write_event(Event("timer-finished", {"id": "t"}))
            # It stays, until who started it ends it.
            await asyncio.sleep(PATIENCE)


if __name__ == "__main__":
    asyncio.run(main())
