"""A box in QEMU: a disk file, the UEFI firmware, a serial log, and a few ports of it on the loopback address."""

import functools
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

FIRMWARE = Path("/usr/share/OVMF")
# A start in full emulation on two shared cores; with KVM a tenth of it.
PATIENCE = float(os.environ.get("ROSIE_IMAGE_PATIENCE", "420"))
# What the box may be asked at (docs/security.md), and a port that its firewall must keep closed.
OPEN, CLOSED = (22, 80, 443, 8000, 8443, 10600, 10700), 9999


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Machine:
    """One disk, started and stopped at will."""

    def __init__(self, folder, image, size_gb=6):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.disk = self.folder / "disk.img"
        self.key = self.folder / "key"
        subprocess.run(["cp", "--sparse=always", image, self.disk], check=True)
        os.truncate(self.disk, size_gb << 30)
        shutil.copy(FIRMWARE / "OVMF_VARS_4M.fd", self.folder / "vars.fd")
        if not self.key.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        self.ports = {inside: free_port() for inside in (*OPEN, CLOSED)}
        self.web, self.ssh_port = self.ports[8000], self.ports[22]
        self.process, self.starts = None, 0

    # The boot partition, from outside, while the box is off: what a person's card reader would show.
    def card(self, *command, text=None):
        """mtools on the first partition, which begins at 1 MiB; `command` has {} where the image goes."""
        line = [part.format(f"{self.disk}@@1M") for part in command]
        return subprocess.run(line, input=text, capture_output=True, text=True)

    def put(self, name, text):
        done = self.card("mcopy", "-o", "-i", "{}", "-", f"::{name}", text=text)
        assert done.returncode == 0, done.stderr

    def has(self, name):
        return self.card("mdir", "-i", "{}", f"::{name}").returncode == 0

    def start(self, *more, clock=None):
        """`more`: files of other disks that are plugged in; `clock`: what its own clock believes, where its battery is empty."""
        self.starts += 1
        self.log = self.folder / f"serial-{self.starts}.log"
        self.began = time.monotonic()
        forwards = [f"hostfwd=tcp:127.0.0.1:{outside}-:{inside}" for inside, outside in self.ports.items()]
        network = ",".join(["user,model=virtio-net-pci", *forwards])
        self.process = subprocess.Popen(
            # The oldest processor that the image is for: x86-64-v2 and nothing more.
            ["qemu-system-x86_64", "-M", "q35", "-accel", os.environ.get("ROSIE_IMAGE_ACCEL", "tcg"), "-cpu", "Nehalem"]
            + ["-smp", "2", "-m", "2048", "-display", "none", "-serial", f"file:{self.log}"]
            + ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}/OVMF_CODE_4M.fd"]
            + ["-drive", f"if=pflash,format=raw,file={self.folder}/vars.fd"]
            + ["-drive", f"file={self.disk},if=virtio,format=raw,cache=writeback"]
            + [part for disk in more for part in ("-drive", f"file={disk},if=virtio,format=raw,cache=writeback")]
            + ["-nic", network, "-device", "virtio-rng-pci"]
            + (["-rtc", f"base={clock}"] if clock else []),
            stdout=(self.folder / "qemu.log").open("a"),
            stderr=subprocess.STDOUT,
        )

    def cut(self):
        """The power goes."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def ask(self, path, body=None, timeout=60, headers=None, method=None):
        """(status, text) of an HTTP request to Rosie; bytes where it is no text."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.web}{path}", data=body, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                data = answer.read()
                return answer.status, data if "octet-stream" in answer.headers["content-type"] else data.decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def answers(self, path="/health"):
        try:
            return self.ask(path, timeout=20)[0] == 200
        except OSError:
            return False

    def banner(self, port, patience=15):
        """What is said first at one of its ports; nothing where nobody is reached."""
        with socket.create_connection(("127.0.0.1", self.ports[port]), timeout=patience) as stream:
            try:
                return stream.recv(3)
            except (TimeoutError, ConnectionError):
                return b""

    def wait(self, what, condition, limit=None, every=2):
        until = time.monotonic() + (limit or PATIENCE)
        while time.monotonic() < until:
            if not self.alive():
                raise AssertionError(f"QEMU ended while waiting for: {what}\n{self.tail()}")
            if condition():
                return
            time.sleep(every)
        raise AssertionError(f"waited in vain for: {what}\n{self.tail()}")

    def wait_ready(self):
        self.wait("Rosie answers", self.answers)
        return time.monotonic() - self.began

    def tail(self, lines=40):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def run(self, command, timeout=600, check=True):
        """A command on the box, over SSH, as its owner would."""
        line = ["ssh", "-i", self.key, "-p", str(self.ssh_port), "-o", "StrictHostKeyChecking=no"]
        line += ["-o", f"UserKnownHostsFile={self.folder}/known", "-o", "LogLevel=ERROR"]
        # A box that just came up may need minutes for SSH's first word.
        line += ["-o", f"ConnectTimeout={int(PATIENCE / 4)}"]
        done = subprocess.run([*line, "root@127.0.0.1", command], capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip() if check else done

    def send(self, file, to, timeout=900):
        with open(file, "rb") as source:
            subprocess.run(
                ["ssh", "-i", self.key, "-p", str(self.ssh_port), "-o", "StrictHostKeyChecking=no"]
                + ["-o", f"UserKnownHostsFile={self.folder}/known", "-o", "LogLevel=ERROR"]
                + ["root@127.0.0.1", f"cat >{to}"],
                stdin=source,
                check=True,
                timeout=timeout,
            )

    def fetch(self, file, to, timeout=1500):
        """A large file: the box takes it without the encryption that an emulated processor needs minutes for."""
        handler = functools.partial(Quiet, directory=str(Path(file).parent))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                self.run(f"curl -fsS -o {to} http://10.0.2.2:{server.server_address[1]}/{Path(file).name}", timeout=timeout)
            finally:
                server.shutdown()

    def wait_ssh(self):
        self.wait("SSH answers", lambda: self.run("true", timeout=PATIENCE, check=False).returncode == 0, every=4)

    def slot(self):
        return self.run("sed -n 's/.*rauc.slot=\\([AB]\\).*/\\1/p' /proc/cmdline")

    def units(self):
        """Units that are not well, and what systemd says of cycles."""
        failed = self.run("systemctl --failed --plain --no-legend | cut -d' ' -f1")
        cycles = self.run("journalctl -b --no-pager | grep -i 'ordering cycle' || true")
        return failed.split(), cycles

    def reboot(self):
        self.run("systemctl reboot", check=False)
        self.began = time.monotonic()
        self.wait("Rosie goes down", lambda: not self.answers(), every=1)

    def wait_off(self, limit=240):
        """Until the box has switched itself off."""
        self.process.wait(timeout=limit)
        self.process = None
