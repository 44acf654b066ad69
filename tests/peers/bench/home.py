"""The real Home Assistant of tests/home-assistant, for one part of the benchmark."""

import json
import os
import subprocess
from pathlib import Path

from .processes import Broken, HERE, environment, free_port


class Home:
    """Runs while the block runs: `url`, `token`."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def __enter__(self):
        python = Path(os.environ["ROSIE_CACHE"]) / "home-assistant" / "bin" / "python"
        if not python.exists():
            raise Broken(f"no Home Assistant at {python}: run `make setup-test`")
        self.folder.mkdir(parents=True, exist_ok=True)
        script = HERE.parents[1] / "home-assistant" / "ha.py"
        self.process = subprocess.Popen(
            [str(python), str(script), str(self.folder), "--port", str(free_port())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Broken(f"Home Assistant did not start: see {self.folder}/hass.log")
        told = json.loads(line)
        self.url, self.token = told["url"], told["token"]
        return self

    def __exit__(self, *_):
        # It ends with its standard input.
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
