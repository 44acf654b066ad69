"""The whole of Rosie with the 0.5 B test model and a real Home Assistant, on the questions of tests/peers/questions.yaml:
the right tier, the right deed, nothing made up. A file of one's own: ROSIE_EVAL_QUESTIONS=FILE; ROSIE_EVAL_ALL=1 prints what
is right, too.

A small model is known by its mistakes: each one is printed, and in the JSON file."""

import asyncio
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from .endpoint import Endpoint
from .home import Home
from .measure import Row
from .processes import Broken, HERE
from .think import MODEL, launcher

QUESTIONS = HERE.parent / "questions.yaml"
READY_LIMIT_S = 120
# What such a small model can be expected to do, as the issue asks.
GOALS = {"tier": 1.0, "done": 0.9, "not_made_up": 1.0}
WHAT = {
    "tier": "questions that go to the right tier first",
    "done": "wishes that become the right deed",
    "nothing": "questions without a wish after which nothing is done",
    "not_made_up": "questions about the home answered with nothing made up",
    "words": "answers that have a word that must be in them",
}
NOT_KNOWN = ["don't know", "do not know", "can't see", "cannot see", "can't tell", "not sure", "no sensor", "couldn't find",
             "can't find", "don't have", "don't remember", "there is no", "no device", "not aware", "isn't any"]  # fmt: skip
# Calls that only tell something.
TELLING = ("Get", "Status", "Search", "Nevermind", "Respond", "Arithmetic", "Weather")


def run(context):
    model = context.models / MODEL
    if not model.is_file():
        raise Broken(f"no model at {model}: run `make setup-test`")
    questions = yaml.safe_load(Path(os.environ.get("ROSIE_EVAL_QUESTIONS", QUESTIONS)).read_text())
    context.note("eval: two minutes or three")
    with Home(context.rosie.data / "home-assistant") as home, other("network") as network, other("cloud") as cloud:
        with context.rosie.daemon(**sections(context, home, network, cloud)) as daemon:
            daemon.wait_ready()
            for part in ("llm", "integrations/home_assistant", "memory"):
                daemon.wait_for(part)
            results = asyncio.run(ask(daemon, questions))
    return rows(context, results)


def sections(context, home, network, cloud):
    local = {
        "provider": "llama-cpp",
        "model": str(context.models / MODEL),
        "binary": str(launcher(context)),
        "threads": 2,
        "first_token_ms": 120_000,
        "answer_ms": 240_000,
        "max_tokens": 60,
        "context_tokens": 2048,
    }
    elsewhere = lambda url: {"provider": "openai-compatible", "host": url, "model": "elsewhere"}  # noqa: E731
    return {
        "llm": {
            "local": local,
            "network": elsewhere(network),
            "cloud": {**elsewhere(cloud), "api_key": "none"},
            "routing": {"patience_ms": 60_000, "local_budget_ms": 60_000},
        },
        "privacy": {"cloud_allowed": True},
        "home_assistant": {"url": home.url, "token": home.token},
        "rooms": [{"id": "office", "name": "Office"}],
    }


class other:
    """A model elsewhere that says where it is."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        class Answer(BaseHTTPRequestHandler):
            said = f"From the {self.name}."

            def do_GET(self):
                self.reply("application/json", json.dumps({"data": [{"id": "elsewhere"}]}))

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                choice = {"index": 0, "delta": {"content": self.said}, "finish_reason": "stop"}
                event = json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})
                self.reply("text/event-stream", f"data: {event}\n\ndata: [DONE]\n\n")

            def reply(self, kind, text):
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def __exit__(self, *_):
        self.server.shutdown()


async def ask(daemon, questions):
    await local_is_there(daemon)
    results = []
    for number, question in enumerate(questions):
        before = {json.dumps(deed) for deed in deeds(daemon)}
        # Each by somebody who has not spoken before.
        async with Endpoint(daemon.port, f"bench-eval-{number}", room="office") as endpoint:
            seen = await endpoint.typed(question["ask"])
        turn = last_turn(daemon)
        done = [deed for deed in deeds(daemon) if json.dumps(deed) not in before]
        results.append(judged(question, seen.get("reply", {}).get("text", ""), turn, done))
    return results


async def local_is_there(daemon):
    """Until the local model answers: the others do while it is being loaded."""
    began, asked = time.monotonic(), 0
    while True:
        # Another one each time: answers are kept.
        asked += 1
        async with Endpoint(daemon.port, f"bench-eval-first-{asked}", room="office") as endpoint:
            await endpoint.typed(f"what is the colour of lemon number {asked}")
        tiers = [event["tier"] for event in last_turn(daemon)["events"] if event["event"] == "tier_chosen"]
        if tiers == ["local"]:
            return
        if time.monotonic() - began > READY_LIMIT_S:
            raise Broken(f"the local model does not answer after {READY_LIMIT_S} s")
        await asyncio.sleep(0.5)


def last_turn(daemon):
    return json.loads(daemon.get("/api/v1/turns?limit=1")[1])["turns"][0]


def deeds(daemon):
    answer = json.loads(daemon.get("/api/v1/deeds?limit=20")[1])
    return answer.get("deeds", answer)


def same(made, told):
    """An item with a capital is the same item."""
    return made.lower() == told.lower() if isinstance(made, str) and isinstance(told, str) else made == told


def judged(question, said, turn, done):
    """Each criterion of the question: met or not."""
    events = turn["events"]
    tiers = [event["tier"] for event in events if event["event"] == "tier_chosen"]
    called = [event["name"] for event in events if event["event"] in ("intent_matched", "tool_called")]
    made = [f"{deed['action']} {target}" for deed in done if not deed.get("failed") for target in deed["targets"]]
    data = {key: value for deed in done for key, value in (deed.get("data") or {}).items()}
    lower = said.lower()
    there = lambda words: any(str(word).lower() in lower for word in words)  # noqa: E731
    met = {}
    if "tier" in question:
        met["tier"] = (tiers or ["local"])[0] == question["tier"]
    if "did" in question:
        told = question.get("with", {})
        met["done"] = sorted(made) == sorted(question["did"]) and all(same(data.get(key), told[key]) for key in told)
    elif "tool" in question:
        tools = question["tool"] if isinstance(question["tool"], list) else [question["tool"]]
        met["done"] = any(tool in called for tool in tools) and ("says" not in question or there(question["says"]))
    elif question.get("nothing"):
        met["nothing"] = not made and not any(name for name in called if not any(part in name for part in TELLING))
        if "says" in question:
            met["words"] = there(question["says"])
    if "never" in question or question.get("unknown"):
        met["not_made_up"] = not there(question.get("never", [])) and (not question.get("unknown") or there(NOT_KNOWN))
    return {"ask": question["ask"], "met": met, "tiers": tiers, "called": called, "did": made, "data": data, "said": said}


def rows(context, results):
    for result in results:
        wrong = [key for key, met in result["met"].items() if not met]
        if wrong or os.environ.get("ROSIE_EVAL_ALL"):
            account = f"{result['tiers']} {result['called']} {result['did']} {result['data'] or ''} \"{result['said']}\""
            context.note(f"{'wrong: ' if wrong else 'right'}{', '.join(wrong)}: {result['ask']}: {account}")
    made = []
    for key, what in WHAT.items():
        judged_ = [result["met"][key] for result in results if key in result["met"]]
        if judged_:
            goal = GOALS[key] * len(judged_) if key in GOALS else None
            text = f"{what}, of {len(judged_)}"
            made.append(Row("eval", text, sum(judged_), "", goal=goal, goal_of="rosie", more_is_better=True))
    made[0].detail = results
    return made
