"""Cases of updates: those that are taken, those that are refused, those that are taken back, and the power going in between."""

import json
import time

from channel import Channel
from endpoint import Endpoint
from house import BOARD, House


class Updates(House):
    def case_refused(self):
        """Bundles that must not be taken, each for its own reason; the running system stays what it is."""
        told, version = [], self.version()
        reasons = {
            "truncated": ("signature", "size", "bundle", "verity", "block"),
            "altered": ("i/o error", "input/output", "verity"),
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
        told.append(self.others_asking())
        left = self.machine.run("ls /data/update")
        assert left.split() == ["offer.raucb"], f"a refused bundle left something behind: {left}"
        order = self.machine.run("/usr/lib/rosie/boot-slots get-primary")
        assert order == self.machine.slot(), f"{order} would start next"
        assert self.version() == version
        return "refused: " + ", ".join(told)

    def others_asking(self):
        """Nobody but root may ask RAUC, past what the scripts look at: neither to install nor which system starts next."""
        asks = ["Mark ss active other", "InstallBundle sa{sv} /data/update/offer.raucb 0"]
        for ask in asks:
            line = "busctl --system call de.pengutronix.rauc / de.pengutronix.rauc.Installer"
            done = self.machine.run(f"setpriv --reuid=rosie --regid=rosie --clear-groups {line} {ask}", check=False)
            assert done.returncode != 0 and "denied" in done.stderr.lower(), f"{ask}: {done.stdout}{done.stderr}"
        return "Rosie herself"

    def case_update(self):
        """A→B with a good bundle: kept, with everything that was there."""
        slot, version = self.machine.slot(), self.version()
        self.remembered()
        began = time.monotonic()
        taken, said = self.install(self.bundles.good("1.1.0"))
        assert taken, said
        installed = time.monotonic() - began
        self.machine.reboot()
        told = self.well("B" if slot == "A" else "A")
        self.machine.wait("the update is kept", lambda: "outcome=updated" in self.machine.run("cat /data/update/result || true"))
        assert (self.version(), self.result()["before"]) == ("1.1.0", version)
        return f"sent and installed in {installed:.0f} s, {told}; {self.kept()}"

    def case_channel(self):
        """The owner's page looks into a channel, installs what is there, and tells how far it is and what came of it."""
        box, slot, version = self.machine, self.machine.slot(), self.version()
        self.remembered()
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
        self.remembered()
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
        self.remembered()
        bundle = self.bundles.good("1.4.0")
        for number in range(self.cuts):
            slot, version, acknowledged = box.slot(), self.version(), []
            box.fetch(bundle, "/data/update/offer.raucb")
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
