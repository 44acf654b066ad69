"""A channel of updates outside of the box: a folder given out over HTTPS, with a certificate that the box is told to trust for
the test, as it trusts the public ones."""

import functools
import http.server
import os
import ssl
import subprocess
import threading
from pathlib import Path

from machine import Quiet

HERE = Path(__file__).parent
# What the machine that QEMU runs on is called in the box.
HOST = "10.0.2.2"


class Channel:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        # For curl on the box; the key stays here.
        self.certificate, key = self.folder.parent / "channel.pem", self.folder.parent / "channel.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj"]
            + [f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}", "-keyout", key, "-out", self.certificate],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        handler = functools.partial(Quiet, directory=str(self.folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://{HOST}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def offer(self, bundle, notes):
        line = [HERE / "../../ci/image-channel.sh", self.folder, bundle, notes]
        made = subprocess.run(line, capture_output=True, text=True, env=os.environ)
        assert made.returncode == 0, made.stderr

    def trusted_by(self, box):
        """curl of the box's scripts takes this certificate, until the box starts again."""
        box.send(self.certificate, "/run/channel.pem")
        for unit in ("rosie-update-asked.service", "rosie-update.service"):
            folder = f"/run/systemd/system/{unit}.d"
            box.run(f"mkdir -p {folder} && printf '[Service]\\nEnvironment=CURL_CA_BUNDLE=/run/channel.pem\\n' >{folder}/test.conf")
        box.run("systemctl daemon-reload")

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
