"""Rosie under measurement: her binary, with a data folder and configuration of its own, and her daemon."""

import http.client
import json
import os
import resource
import subprocess
import time
from pathlib import Path

from .processes import Broken, end, environment, free_port

COMMAND_LIMIT_S = 900
READY_LIMIT_S = 180


class Rosie:
    """`binary` with the models of `models` and everything she writes in `data`."""

    def __init__(self, binary, models, data):
        self.binary, self.models, self.data = Path(binary), Path(models), Path(data)
        if not os.access(self.binary, os.X_OK):
            raise Broken(f"no binary at {self.binary}: run `make build`")

    def config(self, **sections):
        """A configuration file: two threads for each engine and quiet logs, and what is asked for besides."""
        config = {
            "stt": {"threads": 2},
            "tts": {"threads": 2},
            "logging": {"filter": "warn", "format": "json"},
        }
        for name, section in sections.items():
            config[name] = {**config.get(name, {}), **section} if isinstance(section, dict) else section
        self.data.mkdir(parents=True, exist_ok=True)
        path = self.data / "bench.yaml"
        # JSON is YAML.
        path.write_text(json.dumps(config))
        return path

    def command(self, config, *arguments):
        folders = ["--data", self.data, "--models", self.models, "--config", config]
        return [str(part) for part in [self.binary, *arguments, *folders]]

    def bench(self, config, *arguments):
        """What `rosied bench --json` says, and the processor time of it all in milliseconds."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            self.command(config, "bench", "--json", *arguments),
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            env=environment(),
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise Broken(f"rosied bench ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
        cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
        return json.loads(done.stdout), cpu

    def daemon(self, **sections):
        return Daemon(self, sections)


class Daemon:
    """`rosied run` on loopback. Ready when every engine that is asked about says so."""

    PARTS = ("vad", "stt", "tts")

    def __init__(self, rosie, sections):
        self.port = free_port()
        config = rosie.config(**sections)
        self.log = open(rosie.data / "daemon.log", "ab")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            rosie.command(config, "run", "--listen", f"127.0.0.1:{self.port}"),
            stdout=self.log,
            stderr=self.log,
            env=environment(),
        )

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def wait_ready(self):
        """Milliseconds from the start of the process."""
        waiting = list(self.PARTS)
        while waiting:
            if self.process.poll() is not None:
                raise Broken(f"rosied ended with {self.process.returncode}; see {self.log.name}")
            if time.monotonic() - self.began > READY_LIMIT_S:
                raise Broken(f"rosied is not ready after {READY_LIMIT_S} s: {waiting}: {self.get('/api/v1/health')}")
            try:
                status, _ = self.get(f"/health/{waiting[0]}")
            except OSError:
                status = 0
            if status == 200:
                waiting.pop(0)
            else:
                time.sleep(0.005)
        return (time.monotonic() - self.began) * 1000

    def wait_for(self, part, limit_s=120):
        """Until `/health/PART` says 200."""
        began = time.monotonic()
        while self.get(f"/health/{part}")[0] != 200:
            if time.monotonic() - began > limit_s:
                raise Broken(f"{part} is not ready after {limit_s} s: {self.get(f'/health/{part}')}")
            time.sleep(0.02)

    def cpu_s(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_quiet(self, limit_s=60):
        """Until she does nothing any more (phrases made beforehand, caches written); the seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < limit_s:
            used = self.cpu_s()
            time.sleep(1)
            if self.cpu_s() - used < 0.03:
                break
        return time.monotonic() - began

    def memory_mb(self):
        """Resident, proportional and private memory, in megabytes of 1,000,000 bytes."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()[1:]
        kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        mb = {name: value * 1024 / 1e6 for name, value in kib.items()}
        private = mb["Private_Clean"] + mb["Private_Dirty"]
        return {"rss": mb["Rss"], "pss": mb["Pss"], "private": private, "anonymous": mb["Anonymous"]}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        self.log.close()
