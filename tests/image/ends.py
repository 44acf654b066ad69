"""Cases in which something is at its end: the disk's room, the clock's battery, a household, a board."""

import json
import time

from endpoint import Endpoint
from house import PASSPHRASE, House


class Ends(House):
    def case_full(self):
        """/data fills up: what can be made anew goes, and it is said. With nothing left, nothing is acknowledged and lost, and she starts."""
        box, anew = self.machine, "/data/rosie/cache/phrases/test"
        self.remembered()
        box.run(f"install -d -o rosie -g rosie $(dirname {anew}) && head -c 1000000 /dev/zero >{anew}")
        # As rosied counts: what only the system may use is no room.
        used, free = map(int, box.run("df -k --output=used,avail /data | tail -1").split())
        box.run(f"fallocate -l {int((used + free) * 0.97 - used)}K /data/filler")
        box.wait("what can be made anew is dropped", lambda: not box.run(f"ls {anew}", check=False).stdout, limit=300)
        said = box.ask("/health/disk")[1]
        assert "% full" in said and "delete" in said, said

        box.run("cat /dev/zero >/data/filler-2", check=False)
        left = box.run("df -k --output=avail /data | tail -1")
        assert left.strip() == "0", f"{left} kB are free"
        talk = Endpoint(box.web)
        talk.say({"type": "text", "text": "remember that the code of the shed is 4711"})
        answer = str(talk.hear("reply", "error").get("text", "an error"))
        box.cut()
        box.start()
        told = self.well()
        facts = box.ask("/api/v1/memory/facts?limit=500")[1]
        assert "remember" not in answer or "4711" in facts, f"acknowledged and lost: {answer}"
        self.kept()
        box.run("rm /data/filler /data/filler-2")
        box.wait("there is room again", lambda: "% full" not in box.ask("/health/disk")[1])
        again = Endpoint(box.web).ask("remember that the code of the barn is 4712")
        assert "remember" in again.lower(), again
        return f"{said}; with nothing left {answer!r}, {told}, then {again!r}"

    def case_clock(self):
        """The battery of the clock is empty: everything starts all the same, and the timer is right as soon as the clock is."""
        box = self.machine
        self.remembered()
        made = int(box.run("stat -c %Y /usr/lib/clock-epoch"))
        self.power_off()
        box.start(clock="2001-01-01")
        told = self.well()
        believed = int(box.run("date +%s"))
        assert believed >= made, f"it believes that it is {believed}, before its own system was made"
        box.run(f"date -s @{int(time.time())}")
        return f"{told}; it believed {believed - int(time.time())} s; {self.kept()}"

    def case_factory_reset(self):
        """An empty file on the boot partition makes the box forget everything."""
        box = self.machine
        self.remembered()
        before = box.run("cat /data/machine/id")
        self.power_off()
        box.put("factory-reset.txt", "")
        self.prepare(box)
        (box.folder / "known").unlink()
        box.start()
        self.forget()
        told = self.well()
        assert not box.has("factory-reset.txt")
        assert box.run("cat /data/machine/id") != before
        assert box.run("hostname") == "rosie"
        answer = Endpoint(box.web).ask("how much time is left on the pizza timer?")
        assert "hour" not in answer.lower(), answer
        return f"{told}; {answer!r}"

    def case_restore(self):
        """What that box had is brought back on another one, with a disk of its own that knows nothing."""
        self.backed_up()
        backup = self.backup
        box = self.new_box()
        self.prepare(box)
        box.start()
        self.well("A")
        answer = Endpoint(box.web).ask("how much time is left on the pizza timer?")
        assert "hour" not in answer.lower(), f"a new box knows of the timer: {answer}"
        path = "/api/v1/backups/brought.rosie-backup"
        status, told = box.ask(path, backup, timeout=600, method="PUT")
        assert status == 201, told
        status, told = box.ask(f"{path}/preview", json.dumps({"passphrase": PASSPHRASE}).encode(), timeout=600)
        assert status == 200 and json.loads(told)["backup"]["contents"]["timers"] == 1, told
        wanted = {"passphrase": PASSPHRASE, "parts": ["memory", "configuration", "keys"]}
        status, told = box.ask(f"{path}/restore", json.dumps(wanted).encode(), timeout=600)
        assert status == 202, told
        box.wait("the backup is in force", lambda: not box.run("ls -d /data/rosie/restore.ready", check=False).stdout)
        box.wait_ready()
        return self.kept()
