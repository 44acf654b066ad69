#!/usr/bin/env python3
"""Boots the image in QEMU and drives it from outside; `make image-test` calls it. Each case prints what it saw and how long it
took. The root file system is the stand-in of Debian's packages (stand-in-root.sh); board, overlay, unit, partition, GRUB and
RAUC files are those of the real image.

    run.py OUT [--cuts N] [--only CASE,…]
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import access_point
import bundles
import ports
from broker import Broker
from channel import Channel
from endpoint import Endpoint
from machine import Machine

BOARD = "qemu-x86-64"
PASSPHRASE = "correct horse battery"


class Run:
    def __init__(self, out, cuts, seed):
        self.out, self.cuts, self.random = Path(out), cuts, random.Random(seed)
        self.bundles = bundles.Bundles(self.out, BOARD)
        self.machine = Machine(self.out / "box", self.bundles.image())
        self.sections = {}

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
        self.sections.update(sections)
        body = json.dumps(self.sections).encode()
        status, answer = self.machine.ask("/api/v1/config", body, headers={"Content-Type": "application/json"})
        assert status == 200, answer

    def install(self, bundle, timeout=1500):
        self.machine.send(bundle, "/data/update/offer.raucb")
        # D-Bus gives a service 25 s to start, which an emulator on a busy machine may need.
        self.machine.run("systemctl start rauc.service", timeout=timeout)
        done = self.machine.run("rauc install /data/update/offer.raucb", timeout=timeout, check=False)
        return done.returncode == 0, done.stdout + done.stderr

    # ---- the cases, in their order

    def case_first_start(self):
        """A card with rosie.yaml, a disk that is larger than the image: up, named, grown, and nothing failed."""
        box = self.machine
        self.prepare(box, name="rosie-test", time_zone="Europe/Berlin")
        box.start()
        told = self.well("A")
        assert box.run("hostname") == "rosie-test"
        assert box.run("findmnt -no OPTIONS /").split(",")[0] == "ro"
        megabytes = int(box.run("df -m --output=size /data | tail -1"))
        assert megabytes > 3800, f"/data has {megabytes} MB of a disk of 6 GB"
        assert box.run("cat /etc/machine-id") == box.run("cat /data/machine/id")
        assert box.run("ls /boot/firmware") == "EFI\nREAD-ME.txt", "the card's rosie.yaml is still there"
        assert box.run("stat -c %U /proc/$(systemctl show -P MainPID rosied)") == "rosie"
        fetched = box.run("journalctl -b --no-pager -u rosie-fetch")
        assert "Read-only" not in fetched, f"models of the image are in the way of those that are fetched: {fetched}"
        return f"{told}; /data {megabytes} MB; {box.run('systemd-analyze | head -1')}"

    def case_ports(self):
        """What the documents name is reached from outside, over https too, and nothing else is."""
        return ports.look(self.machine)

    def case_set_up(self):
        """Set up over the network: a model that is there is chosen, and every engine serves."""
        box = self.machine
        # An emulated processor takes minutes for a sentence: words are not shown while they are spoken, and the wait is long.
        audio = {"partial_every_ms": 0, "transcript_ms": 600000}
        self.configure(stt={"model": "whisper-tiny.en"}, tts={"engine": "espeak-ng"}, audio=audio)
        for part in ("vad", "stt", "tts"):
            box.wait(f"{part} serves", lambda part=part: box.answers(f"/health/{part}"))
        return "vad, stt and tts serve"

    def case_spoken_turn(self, recording):
        """A recording of a person, spoken over the network, is understood."""
        heard, reply = Endpoint(self.machine.web).speak(recording)
        assert "forward" in heard.lower(), heard
        return f"{heard!r}, answered {str(reply)[:60]!r}"

    def case_mqtt(self):
        """A broker outside is told who Rosie is, as Home Assistant wants it."""
        broker = Broker(self.machine.folder)
        try:
            # 10.0.2.2 is, for the box, the machine that QEMU runs on.
            self.configure(mqtt={"url": f"mqtt://10.0.2.2:{broker.port}"})
            found = broker.published("homeassistant/#", lambda topic, payload: topic.endswith("/config") and b'"update"' in payload, 120)
            told = broker.published("rosie/appliance/update", lambda _, payload: self.version().encode() in payload, 120)
        finally:
            broker.stop()
            self.sections.pop("mqtt", None)
            self.configure()
        return f"{found}, {told}"

    def case_memory(self):
        """What the later cases must find again."""
        said = Endpoint(self.machine.web).ask("set a pizza timer for twenty hours")
        assert "pizza" in said.lower(), said
        return self.kept()

    def case_backup(self):
        """A backup is made, and taken away from the box."""
        self.configure(backup={"passphrase": PASSPHRASE})
        status, told = self.machine.ask("/api/v1/backups", b'{"keys": true}', timeout=600)
        assert status == 201, told
        name = json.loads(told)["name"]
        status, self.backup = self.machine.ask(f"/api/v1/backups/{name}", timeout=600)
        assert status == 200 and self.backup.startswith(b"age-encryption.org"), status
        return f"{len(self.backup)} bytes, read back on the box"

    def case_disk(self):
        """A disk that is plugged in is mounted and takes the backups; without it none is made, and it is said why."""
        box, stick = self.machine, self.out / "stick.img"
        with stick.open("wb") as file:
            file.truncate(300 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-L", "rosie-backup", stick], check=True)
        box.run("systemctl poweroff", check=False)
        box.wait_off()
        box.start(stick)
        told = self.well()
        box.wait("the disk is mounted", lambda: box.run("findmnt -no OPTIONS /media/backup", check=False).stdout, limit=120)
        options = set(box.run("findmnt -no OPTIONS /media/backup").split(","))
        assert {"nosuid", "nodev", "noexec"} <= options, options
        self.configure(backup={"passphrase": PASSPHRASE, "folder": "/media/backup/rosie"})
        status, made = box.ask("/api/v1/backups", b'{"keys": true}', timeout=600)
        assert status == 201, made
        there = box.run("ls /media/backup/rosie")
        assert there == json.loads(made)["name"], there
        box.run("systemctl stop 'rosie-disk@*'")
        status, refused = box.ask("/api/v1/backups", b'{"keys": true}', timeout=600)
        assert status == 422 and "plugged in" in refused, f"{status} {refused}"
        self.configure(backup={"passphrase": PASSPHRASE})
        return f"{told}; {there}, and refused without its disk"

    def case_access_point(self):
        """Without a cable: a phone joins her own network, is led to her page, and chooses the home's."""
        told = access_point.set_up(self.machine)
        self.machine.reboot()
        return f"{told}; {self.well()}"

    def case_restore(self):
        """What that box had is brought back on another one, with a disk of its own that knows nothing."""
        if self.machine.alive():
            self.machine.cut()
        self.machine = box = Machine(self.out / "second", self.bundles.image())
        self.prepare(box)
        box.start()
        self.well("A")
        answer = Endpoint(box.web).ask("how much time is left on the pizza timer?")
        assert "hour" not in answer.lower(), f"a new box knows of the timer: {answer}"
        path = "/api/v1/backups/brought.rosie-backup"
        status, told = box.ask(path, self.backup, timeout=600, method="PUT")
        assert status == 201, told
        status, told = box.ask(f"{path}/preview", json.dumps({"passphrase": PASSPHRASE}).encode(), timeout=600)
        assert status == 200 and json.loads(told)["backup"]["contents"]["timers"] == 1, told
        wanted = {"passphrase": PASSPHRASE, "parts": ["memory", "configuration", "keys"]}
        status, told = box.ask(f"{path}/restore", json.dumps(wanted).encode(), timeout=600)
        assert status == 202, told
        box.wait("the backup is in force", lambda: not box.run("ls -d /data/rosie/restore.ready", check=False).stdout)
        box.wait_ready()
        return self.kept()

    def case_refused(self):
        """Bundles that must not be taken, each for its own reason; the running system stays what it is."""
        told = []
        reasons = {
            "truncated": ("signature", "size", "bundle", "verity", "block"),
            "foreign": ("signature", "verif"),
            "other-board": ("compatible",),
            "older": ("older", "pre-install", "handler"),
            "plain-format": ("plain", "format"),
        }
        for name, words in reasons.items():
            taken, said = self.install(self.bundles.hostile(name))
            assert not taken, f"a bundle that is {name} was installed"
            assert any(word in said.lower() for word in words), f"{name}: {said}"
            told.append(name)
        left = self.machine.run("ls /data/update")
        assert left.split() == ["offer.raucb"], f"a refused bundle left something behind: {left}"
        order = self.machine.run("/usr/lib/rosie/boot-slots get-primary")
        assert order == "A", f"{order} would start next"
        return "refused: " + ", ".join(told)

    def case_update(self):
        """A→B with a good bundle: kept, with everything that was there."""
        began = time.monotonic()
        taken, said = self.install(self.bundles.good("1.1.0"))
        assert taken, said
        installed = time.monotonic() - began
        self.machine.reboot()
        told = self.well("B")
        self.machine.wait("the update is kept", lambda: "outcome=updated" in self.machine.run("cat /data/update/result || true"))
        assert (self.version(), self.result()["before"]) == ("1.1.0", "1.0.0")
        return f"sent and installed in {installed:.0f} s, {told}; {self.kept()}"

    def update_state(self):
        status, told = self.machine.ask("/api/v1/update")
        assert status == 200, told
        return json.loads(told)

    def case_channel(self):
        """The owner's page looks into a channel, installs what is there, and tells how far it is and what came of it."""
        box, slot, version = self.machine, self.machine.slot(), self.version()
        here = self.update_state()
        assert here["managed"] and (here["version"], here["slot"], here["board"]) == (version, slot, BOARD), here
        channel = Channel(self.out / "channel")
        try:
            channel.offer(self.bundles.good("1.1.5"), "better ears")
            channel.trusted_by(box)
            body = json.dumps({"mode": "notify", "channel": channel.url}).encode()
            status, told = box.ask("/api/v1/update/settings", body, method="PUT")
            assert status == 202, told
            box.wait("the channel is set", lambda: self.update_state()["channel"] == channel.url, limit=60)
            assert box.ask("/api/v1/update/look", b"{}")[0] == 202
            box.wait("it is looked for", lambda: self.update_state()["available"] or self.update_state()["problem"], limit=120)
            found = self.update_state()
            assert found["available"] and (found["available"]["version"], found["available"]["notes"]) == ("1.1.5", "better ears"), found
            status, told = box.ask("/api/v1/update/install", b'{"version": "9.9.9"}')
            assert status == 422, f"what is not offered is installed: {told}"
            assert box.ask("/api/v1/update/install", b'{"version": "1.1.5"}')[0] == 202
            steps, began = [], time.monotonic()
            while box.answers() and time.monotonic() - began < 1500:
                state = self.update_state()
                assert not state["problem"], state["problem"]
                if state["running"] and state["running"]["step"] not in steps:
                    steps.append(state["running"]["step"])
                time.sleep(1)
        finally:
            channel.stop()
        assert "installing" in steps, steps
        box.began = time.monotonic()
        told = self.well("B" if slot == "A" else "A")
        box.wait("the update is kept", lambda: (self.update_state()["last"] or {}).get("outcome") == "updated")
        now = self.update_state()
        assert (now["version"], now["last"]["before"], now["other"]["version"]) == ("1.1.5", version, version), now
        return f"{' → '.join(steps)}, {told}; {self.kept()}"

    def back_by_itself(self, bundle, reason):
        slot, version = self.machine.slot(), self.version()
        taken, said = self.install(bundle)
        assert taken, said
        self.machine.reboot()
        came_back = lambda: self.machine.run("cat /data/update/result 2>/dev/null", check=False).stdout  # noqa: E731
        self.machine.wait("the old system is back", lambda: "outcome=returned" in came_back() and self.machine.answers(), limit=1500)
        told = self.well(slot)
        assert self.version() == version
        assert reason in self.result()["reason"], self.result()
        return f"{self.result()['reason']}; back {told} of QEMU's last start; {self.kept()}"

    def case_broken_daemon(self):
        """A bundle whose daemon does not start: the system before it is back, by itself."""
        return self.back_by_itself(self.bundles.broken("daemon", "1.2.0"), "Rosie does not answer")

    def case_broken_system(self):
        """A bundle in which nothing starts at all."""
        return self.back_by_itself(self.bundles.broken("kernel", "1.3.0"), "did not start")

    def case_cuts(self):
        """The power goes at random moments of an install and of writes: it always starts, nothing acknowledged is lost."""
        box, told = self.machine, []
        bundle = self.bundles.good("1.4.0")
        for number in range(self.cuts):
            slot, version, acknowledged = box.slot(), self.version(), []
            box.send(bundle, "/data/update/offer.raucb")
            box.run("systemd-run --quiet rauc install /data/update/offer.raucb")
            talk, began, moment = Endpoint(box.web), time.monotonic(), self.random.uniform(0.5, 45)
            while time.monotonic() - began < moment:
                fact = f"the code of box {number} is {1000 + len(acknowledged)}"
                if "remember" in talk.ask(f"remember that {fact}"):
                    acknowledged.append(fact)
                time.sleep(0.2)
            box.cut()
            box.start()
            self.well()
            now, runs = box.slot(), self.version()
            # An install that had ended is there; any other left the system as it was.
            assert (now, runs) == (slot, version) or runs == "1.4.0", f"{slot} {version} became {now} {runs}"
            facts = json.loads(box.ask("/api/v1/memory/facts?limit=500")[1])["items"]
            lost = set(acknowledged) - {fact["object"] for fact in facts}
            assert not lost, f"acknowledged and lost: {lost}"
            self.kept()
            told.append(f"after {moment:.0f} s {slot}→{now}, {len(acknowledged)} facts kept")
        return "; ".join(told)

    def case_factory_reset(self):
        """An empty file on the boot partition makes the box forget everything."""
        box = self.machine
        before = box.run("cat /data/machine/id")
        box.run("systemctl poweroff", check=False)
        box.wait_off()
        box.put("factory-reset.txt", "")
        self.prepare(box)
        (box.folder / "known").unlink()
        box.start()
        told = self.well()
        assert not box.has("factory-reset.txt")
        assert box.run("cat /data/machine/id") != before
        assert box.run("hostname") == "rosie"
        answer = Endpoint(box.web).ask("how much time is left on the pizza timer?")
        assert "hour" not in answer.lower(), answer
        return f"{told}; {answer!r}"


CASES = ["first_start", "ports", "set_up", "spoken_turn", "mqtt", "memory", "backup", "disk", "access_point", "refused", "update", "channel"]
CASES += ["broken_daemon", "broken_system", "cuts", "factory_reset", "restore"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--recording", required=True)
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default=",".join(CASES))
    options = parser.parse_args()
    print(f"image-test: seed {options.seed}, root file system: stand-in of Debian packages", flush=True)
    # Ended from outside, it still ends its box.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    run, passed, failed = Run(options.out, options.cuts, options.seed), 0, 0
    try:
        for name in options.only.split(","):
            began = time.monotonic()
            case = getattr(run, f"case_{name}")
            try:
                told = case(options.recording) if name == "spoken_turn" else case()
                passed += 1
                print(f"  ok      {time.monotonic() - began:5.0f} s  {name}: {told}", flush=True)
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"  FAILED  {time.monotonic() - began:5.0f} s  {name}: {error}", flush=True)
                if not run.machine.alive():
                    break
    finally:
        if run.machine.alive():
            run.machine.cut()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
