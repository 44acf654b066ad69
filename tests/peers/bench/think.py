"""A model's answer through the daemon: llama.cpp's real server with the 0.5 B test model, run and warmed by rosied, and
the real voice. How long a person waits for the first word, the first sentence, the first sound."""

import asyncio
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

from .endpoint import Endpoint
from .measure import Row, percentile
from .processes import Broken, HERE

AUDIO_GOAL_MS = 1200
MODEL = "qwen2.5-coder-0.5b-q4/model.gguf"
# Nobody speaks for so long between two questions; the model reads the answer meanwhile.
PAUSE_S = 4

QUESTIONS = [
    "what is the capital of Peru",
    "who wrote Romeo and Juliet",
    "how many legs does a spider have",
    "what is the largest ocean",
    "which planet is closest to the sun",
    "what do pandas eat",
    "who painted the Mona Lisa",
    "what is the opposite of hot",
    "which animal is the fastest on land",
    "what colour is an emerald",
    "how many strings does a violin have",
    "what is water made of",
]


def run(context):
    model = context.models / MODEL
    if not model.is_file():
        raise Broken(f"no model at {model}: run `make setup-test`")
    local = {
        "provider": "llama-cpp",
        "model": str(model),
        "binary": str(launcher(context)),
        "threads": 2,
        "first_token_ms": 120_000,
        "answer_ms": 240_000,
        "context_tokens": 2048,
    }
    # A word in between would be the first sound.
    llm = {"local": local, "routing": {"patience_ms": 60_000}}
    questions = QUESTIONS[: 6 if context.quick else len(QUESTIONS)]
    with context.rosie.daemon(llm=llm) as daemon:
        daemon.wait_ready()
        daemon.wait_for("llm")
        daemon.wait_quiet()
        time.sleep(PAUSE_S)
        warm, cold = asyncio.run(ask(context, daemon, questions))
    return rows("warm", warm, AUDIO_GOAL_MS) + rows("cold", cold, None)


def launcher(context):
    """A `llama-server` on the wheel that ci/test-peers.sh installed."""
    python = Path(os.environ["ROSIE_CACHE"]) / "llm-venv" / "bin" / "python"
    path = context.rosie.data / "llama-server"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {python} {HERE.parent / "llama_server.py"} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


async def ask(context, daemon, questions):
    warm, cold = [], []
    async with Endpoint(daemon.port, "bench-think") as endpoint:
        for number, question in enumerate(questions):
            context.note(f"think: warm {number + 1} of {len(questions)}")
            warm.append(outcome(question, await endpoint.typed(question)))
            await asyncio.sleep(PAUSE_S)
    rounds = 2 if context.quick else 4
    for number in range(rounds):
        context.note(f"think: cold {number + 1} of {rounds}")
        end_server(daemon)
        await asyncio.sleep(1)
        daemon.wait_for("llm")
        async with Endpoint(daemon.port, f"bench-think-cold-{number}") as endpoint:
            cold.append(outcome(questions[number], await endpoint.typed(f"please {questions[number]} exactly")))
    return warm, cold


def end_server(daemon):
    """The model's server alone; the daemon starts another, which has read nothing."""
    found = subprocess.run(
        ["pgrep", "-P", str(daemon.process.pid), "-f", "llama"], capture_output=True, text=True, check=False
    ).stdout.split()
    if not found:
        raise Broken("rosied runs no model server")
    for pid in found:
        os.kill(int(pid), signal.SIGKILL)


def outcome(question, seen):
    stages = {stage["stage"]: stage["ms"] for stage in seen["timings"]["stages"]}
    audio = stages.get("voice_to_voice")
    sentence = audio - stages["first_audio"] if audio is not None and "first_audio" in stages else None
    return {
        "question": question,
        "outcome": seen["timings"]["outcome"],
        "words": seen.get("reply", {}).get("text", ""),
        "token_ms": stages.get("first_text"),
        "sentence_ms": sentence,
        "audio_ms": audio,
        "reply_ms": stages.get("reply"),
        "errors": seen.get("errors", []),
    }


def rows(state, turns, goal):
    answered = [turn for turn in turns if turn["outcome"] == "answered" and turn["audio_ms"] is not None]
    if not answered:
        raise Broken(f"no question was answered: {turns}")
    made = []
    for percent in (50, 90):
        for key, what in (("token_ms", "first token"), ("sentence_ms", "first sentence"), ("audio_ms", "first audio")):
            value = percentile([turn[key] for turn in answered if turn[key] is not None], percent)
            text = f"model's answer, prefix {state}: transcript to {what}, p{percent} of {len(answered)}"
            aim = goal if key == "audio_ms" and percent == 50 else None
            made.append(Row("think", text, value, "ms", goal=aim, goal_of="rosie"))
    made[0].detail = {"turns": turns}
    return made
