"""Images and updates for the tests: good ones of several versions, broken ones, and those that must be refused. Each is made
once and kept in the folder OUT."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# The version that is flashed; all others come as updates.
FIRST = "1.0.0"


class Bundles:
    def __init__(self, out, board):
        self.out, self.board = out, board

    def _assembled(self, version, broken=""):
        folder = self.out / f"{version}{broken}"
        bundle = folder / f"rosie-{self.board}-{version}.raucb"
        if not bundle.exists():
            print(f"image-test: assembling {version} {broken}", flush=True)
            line = [HERE / "assemble.sh", folder, version] + ([broken] if broken else [])
            made = subprocess.run(line, capture_output=True, text=True)
            assert made.returncode == 0, made.stdout + made.stderr
            if version != FIRST:
                (folder / f"rosie-{self.board}.img").unlink()
        return folder, bundle

    def image(self):
        return self._assembled(FIRST)[0] / f"rosie-{self.board}.img"

    def good(self, version):
        return self._assembled(version)[1]

    def broken(self, what, version):
        return self._assembled(version, what)[1]

    def hostile(self, kind):
        path = self.out / f"hostile-{kind}.raucb"
        good = self.good("1.1.0")
        if kind == "truncated":
            data = good.read_bytes()
            path.write_bytes(data[: len(data) * 2 // 3])
            return path
        if kind == "altered":
            # Signed, but not what was signed.
            data = bytearray(good.read_bytes())
            data[len(data) // 3] ^= 0xFF
            path.write_bytes(data)
            return path
        pki = Path(os.environ["ROSIE_PKI"])
        with tempfile.TemporaryDirectory(dir=self.out) as scratch:
            scratch = Path(scratch)
            if kind == "foreign":
                pki = scratch / "pki"
                subprocess.run([HERE / "../../ci/image-pki.sh", pki], check=True, capture_output=True)
            content = scratch / "content"
            content.mkdir()
            os.link(good.parent / "rootfs.squashfs", content / "rootfs.squashfs")
            board = "generic-x86-64" if kind == "other-board" else self.board
            version = "0.9.9" if kind == "older" else "1.1.0"
            text = f"[update]\ncompatible=rosie-{board}\nversion={version}\n\n[image.rootfs]\nfilename=rootfs.squashfs\n"
            if kind != "plain-format":
                text += "\n[bundle]\nformat=verity\n"
            (content / "manifest.raucm").write_text(text)
            path.unlink(missing_ok=True)
            keys = ["--cert", pki / "release.pem", "--key", pki / "release.key"]
            made = subprocess.run(["rauc", *keys, "bundle", content, path], capture_output=True, text=True)
            assert made.returncode == 0, re.sub(r"(?m)^\s+", "", made.stderr)
        return path
