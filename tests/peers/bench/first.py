"""The first turn after a rest beside the ones that follow: what it costs a person that engines gave their memory back."""

import asyncio
import time

from .endpoint import TURN_LIMIT_S, Endpoint
from .measure import Row, median
from .processes import Broken
from .recordings import spread

# Engines rest after ten seconds.
REST_S = 13
GOAL_MS = 100
FOLLOWING = 3
# Answered without a model, in words that are never the same for long: nothing of it is in the phrase cache.
QUESTION = "what is {} times {}"


def run(context, daemon):
    clips = [clip for clip in context.clips if clip.timed and clip.language == "en" and clip.text]
    if not clips:
        raise Broken("no English recording of 2 to 4 s for turns after a rest")
    rounds = 2 if context.quick else 6
    spoken, typed = asyncio.run(turns(context, daemon, spread(clips, rounds), rounds))
    rows = []
    for name, (first, following) in {"spoken": spoken, "typed": typed}.items():
        cost = median(first) - median(following)
        detail = {"first_ms": first, "following_ms": following}
        what = f"first {name} turn after a rest: later than the following ones, to first audio"
        rows.append(Row("rest", what, cost, "ms", goal=GOAL_MS, goal_of="rosie", detail=detail))
        rows.append(Row("rest", f"the first {name} turn itself, p50 of {len(first)}", median(first), "ms"))
    return rows


async def turns(context, daemon, clips, rounds):
    """Milliseconds to first audio: (of first turns, of following ones), spoken and typed."""
    spoken, typed = ([], []), ([], [])
    async with Endpoint(daemon.port, "bench-rest") as endpoint:
        await endpoint.turn(clips[0])
        for lap in range(rounds):
            context.note(f"rest: first turns, {lap + 1} of {rounds}")
            await asyncio.sleep(REST_S)
            clip = clips[lap % len(clips)]
            for number in range(1 + FOLLOWING):
                seen = await endpoint.turn(clip)
                spoken[min(number, 1)].append((seen["first_audio_at"] - seen["spoken_at"]) * 1000)
            await asyncio.sleep(REST_S)
            for number in range(1 + FOLLOWING):
                text = QUESTION.format(lap * 7 + number + 12, time.monotonic_ns() % 800 + 101)
                typed[min(number, 1)].append(await asked(endpoint, text))
    return spoken, typed


async def asked(endpoint, text):
    seen, began = {}, time.monotonic()
    await endpoint.say(type="text", text=text)
    await asyncio.wait_for(endpoint.hear_until("timings", seen), TURN_LIMIT_S)
    if "first_audio_at" not in seen:
        raise Broken(f"no answer to a typed question: {seen}")
    return (seen["first_audio_at"] - began) * 1000
