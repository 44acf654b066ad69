"""Whole turns through a running daemon, in real time, over the network: what a person waits for."""

import asyncio

from .endpoint import Endpoint
from .measure import Row, median, percentile
from .processes import Broken, LinePeer
from .recordings import spread

WAIT_GOAL = 0.25
TRANSCRIPT_GOAL_MS = 500
STREAMS = 5


def run(context):
    candidates = [c for c in context.clips if c.timed and c.language == "en" and c.text]
    candidates = candidates or [c for c in context.clips if c.timed and c.language == "en"]
    if not candidates:
        raise Broken("no English recording of 2 to 4 s for whole turns")
    clips = spread(candidates, 3 if context.quick else 10)
    with context.rosie.daemon() as daemon:
        daemon.wait_ready()
        daemon.wait_quiet()
        with LinePeer("ears.py", context.peer_models / "whisper-base") as ears:
            alone, theirs = asyncio.run(one_stream(context, daemon, ears, clips))
        crowd = asyncio.run(many_streams(context, daemon, clips))
    return rows_alone(alone, theirs) + rows_crowd(crowd)


async def one_stream(context, daemon, ears, clips):
    """Turn by turn, and after each the peer on the same recording."""
    seen, theirs = [], []
    async with Endpoint(daemon.port, "bench-1") as endpoint:
        for number, clip in enumerate([clips[0], *clips]):
            context.note(f"turn: {number} of {len(clips)}")
            turn = outcome(clip, await endpoint.turn(clip))
            peer = ears.ask(file=str(clip.path), language=clip.language, rounds=1, warm=number == 0)
            # The first of each warms up.
            if number:
                seen.append(turn)
                theirs.append(peer["ms"][0])
    return seen, theirs


async def many_streams(context, daemon, clips):
    """Five people who begin to speak at the same moment, again and again; the turns of each."""
    rounds = 1 if context.quick else 3

    async def stream(number):
        turns = []
        async with Endpoint(daemon.port, f"bench-crowd-{number}") as endpoint:
            for lap in range(rounds):
                await together.wait()
                clip = clips[(number + lap) % len(clips)]
                turns.append(outcome(clip, await endpoint.turn(clip)))
        return turns

    context.note(f"turn: {STREAMS} streams at once")
    together = asyncio.Barrier(STREAMS)
    return await asyncio.gather(*(stream(number) for number in range(STREAMS)))


def outcome(clip, seen):
    """One turn in numbers: the stages that the daemon told, and what this endpoint saw itself."""
    stages = {stage["stage"]: stage["ms"] for stage in seen["timings"]["stages"]}
    heard = seen.get("transcript", {}).get("text")

    def since_spoken(what):
        return (seen[what] - seen["spoken_at"]) * 1000 if what in seen and "spoken_at" in seen else None

    return {
        "name": clip.name,
        "outcome": seen["timings"]["outcome"],
        "transcript": heard,
        "intent": seen.get("intent", {}).get("name"),
        "stages": stages,
        "spoken_to_transcript_ms": since_spoken("transcript_at"),
        "spoken_to_audio_ms": since_spoken("first_audio_at"),
        "errors": seen.get("errors", []),
    }


def values(turns, get):
    found = [get(turn) for turn in turns]
    return [value for value in found if value is not None]


def stage(name):
    return lambda turn: turn["stages"].get(name)


def rows_alone(turns, theirs):
    waits = values(turns, stage("stt_wait"))
    transcripts = values(turns, lambda t: t["spoken_to_transcript_ms"])
    told = values(turns, lambda t: sum_of(t["stages"], "endpointing", "stt_wait"))
    audio = values(turns, lambda t: t["spoken_to_audio_ms"])
    if not waits or not transcripts:
        raise Broken(f"no turn got a transcript: {turns}")
    rows = []
    for percent in (50, 90):
        peer, name = percentile(theirs, percent), "faster-whisper"
        goal = WAIT_GOAL if percent == 50 else None
        what = f"decision of the endpointer to transcript, p{percent} of {len(waits)}"
        rows.append(Row("turn", what, percentile(waits, percent), "ms", peer, name, goal))
    rows[0].detail = {"turns": turns, "peer_ms": theirs}
    for percent in (50, 90):
        what = f"last spoken sample to transcript at the endpoint, p{percent}"
        rows.append(Row("turn", what, percentile(transcripts, percent), "ms", goal=TRANSCRIPT_GOAL_MS, goal_of="rosie"))
    rows.append(Row("turn", "the same by Rosie's own account, p50", percentile(told, 50), "ms"))
    for name, what in (("endpointing", "of it waiting for silence"), ("stt_compute", "work for the transcript")):
        rows.append(Row("turn", f"{what}, p50", percentile(values(turns, stage(name)), 50), "ms"))
    for percent in (50, 90):
        what = f"voice to voice (last sample to first audio), p{percent}"
        rows.append(Row("turn", what, percentile(audio, percent), "ms"))
    return rows


def sum_of(stages, *names):
    return sum(stages[name] for name in names) if all(name in stages for name in names) else None


def rows_crowd(streams):
    turns = [turn for stream in streams for turn in stream]
    waits = values(turns, stage("stt_wait"))
    each = [median(values(stream, stage("stt_wait"))) for stream in streams]
    each = [value for value in each if value is not None]
    detail = {"streams": streams}
    rows = [
        Row("turn", f"{STREAMS} at once: decision to transcript, p{p}", percentile(waits, p), "ms") for p in (50, 90)
    ]
    rows[0].detail = detail
    if each:
        rows.append(Row("turn", f"{STREAMS} at once: median of the luckiest stream", min(each), "ms"))
        rows.append(Row("turn", f"{STREAMS} at once: median of the unluckiest stream", max(each), "ms"))
    answered = sum(turn["transcript"] is not None for turn in turns)
    rows.append(Row("turn", f"{STREAMS} at once: turns of {len(turns)} with a transcript", answered, ""))
    return rows
