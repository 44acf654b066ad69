"""Cases of a box that is at home: its first start, what is reached of it, what it does, its backups and its network."""

import json
import subprocess

import access_point
import ports
from broker import Broker
from endpoint import Endpoint
from house import PASSPHRASE, House


class Serving(House):
    def case_first_start(self):
        """A card with rosie.yaml, a disk that is larger than the image: up, named, grown, and nothing failed."""
        box = self.machine
        assert box.run("hostname") == "rosie-test"
        assert box.run("findmnt -no OPTIONS /").split(",")[0] == "ro"
        megabytes = int(box.run("df -m --output=size /data | tail -1"))
        assert megabytes > 3800, f"/data has {megabytes} MB of a disk of 6 GB"
        assert box.run("cat /etc/machine-id") == box.run("cat /data/machine/id")
        assert box.run("ls /boot/firmware") == "EFI\nREAD-ME.txt", "the card's rosie.yaml is still there"
        assert box.run("stat -c %U /proc/$(systemctl show -P MainPID rosied)") == "rosie"
        named = box.run("journalctl -b --no-pager -u avahi-daemon")
        assert "conflict" not in named, f"she has met herself on the network: {named}"
        fetched = box.run("journalctl -b --no-pager -u rosie-fetch")
        assert "Read-only" not in fetched, f"models of the image are in the way of those that are fetched: {fetched}"
        return f"{self.first}; /data {megabytes} MB; {box.run('systemd-analyze | head -1')}"

    def case_ports(self):
        """What the documents name is reached from outside, over https too, and nothing else is."""
        return ports.look(self.machine)

    def case_set_up(self):
        """Set up over the network: a model that is there is chosen, and every engine serves."""
        self.serving()
        return "vad, stt and tts serve"

    def case_spoken_turn(self):
        """A recording of a person, spoken over the network, is understood."""
        self.serving()
        heard, reply = Endpoint(self.machine.web).speak(self.recording)
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
        return self.remembered()

    def case_backup(self):
        """A backup is made, and taken away from the box."""
        self.backed_up()
        return f"{len(self.backup)} bytes, read back on the box"

    def case_disk(self):
        """A disk that is plugged in is mounted and takes the backups; without it none is made, and it is said why."""
        box, stick = self.machine, self.out / "stick.img"
        with stick.open("wb") as file:
            file.truncate(300 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-L", "rosie-backup", stick], check=True)
        self.power_off()
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
