"""Rosie with the 0.5 B test model on the questions of appliance/rosie-dialog/examples/eval.yaml: the right tier, the right
call, nothing made up. A file of one's own: ROSIE_EVAL_QUESTIONS=FILE."""

import json
import os
import subprocess

from .measure import Row
from .processes import Broken, environment
from .think import MODEL, launcher

LIMIT_S = 1800
# What such a small model can be expected to do, as the issue asks.
GOALS = {"tier": 1.0, "tool": 0.9, "not_made_up": 1.0}
WHAT = {
    "tier": "questions that go to the right tier first",
    "tool": "wishes that become the right call with the right arguments",
    "no_call": "questions without a wish after which nothing is called",
    "not_made_up": "questions about the home answered with nothing made up",
    "words": "answers that have the word that must be in them",
}


def run(context):
    model = context.models / MODEL
    if not model.is_file():
        raise Broken(f"no model at {model}: run `make setup-test`")
    command = [os.environ["ROSIE_EVAL"], str(launcher(context)), str(model)]
    questions = os.environ.get("ROSIE_EVAL_QUESTIONS")
    context.note("eval: a minute or two")
    done = subprocess.run(
        command + ([questions] if questions else []),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        env=environment(),
        check=False,
    )
    for line in done.stderr.splitlines():
        context.note(f"eval: {line}")
    if done.returncode:
        raise Broken(f"eval ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    scores = json.loads(done.stdout)
    rows = []
    for key, what in WHAT.items():
        score = scores[key]
        if not score["of"]:
            continue
        goal = GOALS[key] * score["of"] if key in GOALS else None
        text = f"{what}, of {score['of']}"
        rows.append(Row("eval", text, score["right"], "", goal=goal, goal_of="rosie", more_is_better=True))
    rows[0].detail = scores
    return rows
