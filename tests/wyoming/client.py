"""The stock Wyoming client against Rosie; what came back as JSON, one line.

client.py PORT describe
client.py PORT transcribe WAV [LANGUAGE]    a recording of 16 bit at any rate
client.py PORT say TEXT WAV                 the audio goes into the file
client.py PORT stream WAV PIECE…            the same for a text that comes in pieces
client.py PORT ask TEXT [CONVERSATION [LANGUAGE]]
client.py PORT detect WAV [NAME]             what it hears of wake words in it
client.py PORT recognize TEXT                what it asks for, without doing it
client.py PORT raw HEX                      these bytes, then whatever comes back
"""

import asyncio
import json
import sys
import wave
from typing import Any

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.intent import Intent, Recognize
from wyoming.tts import Synthesize
from wyoming.wake import Detect, Detection

PATIENCE = 60


async def until(client: AsyncTcpClient, *kinds: str) -> tuple[Event, list[Event]]:
    """The first event of one of these kinds or an error, and all up to it."""
    events = []
    while True:
        event = await asyncio.wait_for(client.read_event(), PATIENCE)
        assert event is not None, f"hung up after {[e.type for e in events]}"
        events.append(event)
        if event.type in (*kinds, "error"):
            return event, events


def told(event: Event) -> dict[str, Any]:
    return {"type": event.type, **(event.data or {})}


async def describe(client: AsyncTcpClient) -> dict[str, Any]:
    await client.write_event(Describe().event())
    event, _ = await until(client, "info")
    Info.from_event(event)
    return told(event)


async def transcribe(client: AsyncTcpClient, path: str, language: str | None = None) -> dict[str, Any]:
    with wave.open(path) as recording:
        rate, width, channels = recording.getframerate(), recording.getsampwidth(), recording.getnchannels()
        sound = recording.readframes(recording.getnframes())
    await client.write_event(Transcribe(language=language).event())
    await client.write_event(AudioStart(rate, width, channels).event())
    for at in range(0, len(sound), 2048):
        await client.write_event(AudioChunk(rate, width, channels, sound[at : at + 2048]).event())
    await client.write_event(AudioStop().event())
    event, _ = await until(client, "transcript")
    if event.type == "transcript":
        Transcript.from_event(event)
    return told(event)


async def detect(client: AsyncTcpClient, path: str, *names: str) -> dict[str, Any]:
    with wave.open(path) as recording:
        rate, width, channels = recording.getframerate(), recording.getsampwidth(), recording.getnchannels()
        sound = recording.readframes(recording.getnframes())
    await client.write_event(Detect(names=list(names) or None).event())
    await client.write_event(AudioStart(rate, width, channels).event())
    for at in range(0, len(sound), 2048):
        await client.write_event(AudioChunk(rate, width, channels, sound[at : at + 2048]).event())
    await client.write_event(AudioStop().event())
    event, _ = await until(client, "detection", "not-detected")
    if Detection.is_type(event.type):
        Detection.from_event(event)
    return told(event)


def keep(events: list[Event], path: str) -> dict[str, Any]:
    chunks = [AudioChunk.from_event(event) for event in events if AudioChunk.is_type(event.type)]
    if not chunks:
        return {"types": [event.type for event in events], **told(events[-1])}
    with wave.open(path, "wb") as out:
        out.setframerate(chunks[0].rate)
        out.setsampwidth(chunks[0].width)
        out.setnchannels(chunks[0].channels)
        out.writeframes(b"".join(chunk.audio for chunk in chunks))
    kinds = [event.type for event in events]
    return {"types": [kind for at, kind in enumerate(kinds) if at == 0 or kind != kinds[at - 1]], "chunks": len(chunks)}


async def say(client: AsyncTcpClient, text: str, path: str) -> dict[str, Any]:
    await client.write_event(Synthesize(text=text).event())
    _, events = await until(client, "audio-stop")
    return keep(events, path)


async def stream(client: AsyncTcpClient, path: str, *pieces: str) -> dict[str, Any]:
    # Newer clients have classes for these; the events are what counts.
    await client.write_event(Event("synthesize-start", {}))
    for piece in pieces:
        await client.write_event(Event("synthesize-chunk", {"text": piece}))
    await client.write_event(Synthesize(text="".join(pieces)).event())
    await client.write_event(Event("synthesize-stop", {}))
    _, events = await until(client, "synthesize-stopped")
    return keep(events, path)


async def ask(
    client: AsyncTcpClient, text: str, conversation: str | None = None, language: str | None = None
) -> dict[str, Any]:
    context = {"context": {"conversation_id": conversation}} if conversation else {}
    said = {"language": language} if language else {}
    await client.write_event(Event("transcript", {"text": text, **said, **context}))
    event, _ = await until(client, "handled", "not-handled")
    return told(event)


async def recognize(client: AsyncTcpClient, text: str) -> list[dict[str, Any]]:
    await client.write_event(Recognize(text=text, context={"conversation_id": "c"}).event())
    event, events = await until(client, "intent", "not-recognized", "intents-start")
    if event.type == "intents-start":
        _, more = await until(client, "intents-stop")
        events += more
    for event in events:
        if Intent.is_type(event.type):
            Intent.from_event(event)
    return [told(event) for event in events]


async def raw(client: AsyncTcpClient, octets: str) -> dict[str, Any]:
    client._writer.write(bytes.fromhex(octets))
    event = await asyncio.wait_for(client.read_event(), PATIENCE)
    return told(event) if event else {"type": "closed"}


COMMANDS = {
    "describe": describe,
    "transcribe": transcribe,
    "say": say,
    "stream": stream,
    "ask": ask,
    "detect": detect,
    "recognize": recognize,
    "raw": raw,
}


async def main() -> None:
    port, command, *arguments = sys.argv[1:]
    async with AsyncTcpClient("127.0.0.1", int(port)) as client:
        print(json.dumps(await COMMANDS[command](client, *arguments)))


if __name__ == "__main__":
    asyncio.run(main())
