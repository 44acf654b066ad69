"""The box of a run and what is known of it. A case takes what it needs from here, so that any of them can be run alone: a box that is
up, a timer that must be found again, engines that serve, a backup. After a case that failed nothing is known of the box any more, and
the next one begins on a new disk."""

import json
import random
from pathlib import Path

import bundles
from endpoint import Endpoint
from machine import Machine

BOARD = "qemu-x86-64"
PASSPHRASE = "correct horse battery"


class House:
    def __init__(self, out, cuts, seed, recording):
        self.out, self.cuts, self.random, self.recording = Path(out), cuts, random.Random(seed), recording
        self.bundles = bundles.Bundles(self.out, BOARD)
        self.machine, self.boxes, self.first = None, 0, ""
        self.forget()

    def forget(self):
        """What the cases before have told the box is not there any more."""
        self.sections, self.backup, self.timer, self.engines = {}, None, False, False

    # ---- what a case needs

    def new_box(self):
        """A disk that was just flashed; the one before is thrown away."""
        self.end()
        self.boxes += 1
        self.machine = Machine(self.out / f"box-{self.boxes}", self.bundles.image())
        self.forget()
        return self.machine

    def end(self):
        """No box runs, and no disk of it is left."""
        box, self.machine = self.machine, None
        if box:
            if box.alive():
                box.cut()
            box.disk.unlink()

    def up(self):
        """A box that is up and well; a new one where there is none."""
        if self.machine and self.machine.alive():
            return
        self.prepare(self.new_box(), name="rosie-test", time_zone="Europe/Berlin")
        self.machine.start()
        self.first = self.well("A")

    def remembered(self):
        """A timer that must be there still, whatever happens."""
        if not self.timer:
            said = Endpoint(self.machine.web).ask("set a pizza timer for twenty hours")
            assert "pizza" in said.lower(), said
            self.timer = True
        return self.kept()

    def serving(self):
        """Models that are there are chosen over the network, and every engine serves."""
        if self.engines:
            return
        # An emulated processor takes minutes for a sentence: words are not shown while they are spoken, and the wait is long.
        audio = {"partial_every_ms": 0, "transcript_ms": 600000}
        self.configure(stt={"model": "whisper-tiny.en"}, tts={"engine": "espeak-ng"}, audio=audio)
        for part in ("vad", "stt", "tts"):
            self.machine.wait(f"{part} serves", lambda part=part: self.machine.answers(f"/health/{part}"))
        self.engines = True

    def backed_up(self):
        """A backup with the timer in it, taken away from the box."""
        if self.backup:
            return
        self.remembered()
        self.configure(backup={"passphrase": PASSPHRASE})
        status, told = self.machine.ask("/api/v1/backups", b'{"keys": true}', timeout=600)
        assert status == 201, told
        name = json.loads(told)["name"]
        status, self.backup = self.machine.ask(f"/api/v1/backups/{name}", timeout=600)
        assert status == 200 and self.backup.startswith(b"age-encryption.org"), status

    # ---- what is asked again and again

    def well(self, slot=None):
        """The box is up and nothing on it is wrong."""
        box = self.machine
        seconds = box.wait_ready()
        box.wait_ssh()
        box.wait("all units started", lambda: box.run("systemctl is-system-running || true") in ("running", "degraded"))
        failed, cycles = box.units()
        assert not failed, f"units failed: {failed}\n{box.run('systemctl status --no-pager ' + ' '.join(failed), check=False).stdout}"
        assert not cycles, cycles
        if slot:
            assert box.slot() == slot, f"slot {box.slot()} runs, not {slot}"
        return f"ready after {seconds:.0f} s"

    def result(self):
        return dict(line.split("=", 1) for line in self.machine.run("cat /data/update/result").splitlines())

    def version(self):
        return self.machine.run("cat /usr/lib/rosie/version")

    def prepare(self, box, **more):
        """What a person puts on the card, besides what a case wants there."""
        key = Path(f"{box.key}.pub").read_text().strip()
        lines = [f"{name}: {value}\n" for name, value in more.items()]
        box.put("rosie.yaml", "".join(lines) + f"ssh_keys:\n  - {key}\n")

    def kept(self):
        """What was acknowledged is still there."""
        answer = Endpoint(self.machine.web).ask("how much time is left on the pizza timer?")
        assert "pizza" in answer.lower() and "hour" in answer.lower(), answer
        return answer

    def configure(self, **sections):
        """Applies a whole configuration over the API, of what the cases before have set and `sections`."""
        wanted = {**self.sections, **sections}
        status, answer = self.machine.ask("/api/v1/config", json.dumps(wanted).encode(), headers={"Content-Type": "application/json"})
        assert status == 200, answer
        self.sections = wanted

    def install(self, bundle, timeout=1500):
        self.machine.fetch(bundle, "/data/update/offer.raucb", timeout)
        # D-Bus gives a service 25 s to start, which an emulator on a busy machine may need.
        self.machine.run("systemctl start rauc.service", timeout=timeout)
        done = self.machine.run("rauc install /data/update/offer.raucb", timeout=timeout, check=False)
        return done.returncode == 0, done.stdout + done.stderr

    def update_state(self):
        status, told = self.machine.ask("/api/v1/update")
        assert status == 200, told
        return json.loads(told)

    def power_off(self):
        self.machine.run("systemctl poweroff", check=False)
        self.machine.wait_off()
