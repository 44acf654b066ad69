"""What is reached of the box from outside: what docs/flashing.md lists, over https too, and nothing else."""

import ssl
import urllib.request

from machine import CLOSED, OPEN

PLAIN, SECURE = (80, 8000), (443, 8443)
# Nothing of hers listens there until it is wanted, so something else does.
LENT = (10600, 10700, CLOSED)


def look(box):
    status, authority = box.ask("/ca.crt")
    assert status == 200 and "BEGIN CERTIFICATE" in authority, f"{status} {authority[:80]}"
    trust = ssl.create_default_context(cadata=authority)
    # It is asked by the address of a forwarded port, which is not in her certificate.
    trust.check_hostname = False
    for port in (*PLAIN, *SECURE):
        scheme, context = ("http", None) if port in PLAIN else ("https", trust)
        with urllib.request.urlopen(f"{scheme}://127.0.0.1:{box.ports[port]}/health", timeout=60, context=context) as answer:
            assert answer.status == 200, f"{port}: {answer.status}"
    for port in LENT:
        box.run(f"systemd-run --quiet --unit=listener-{port} /usr/sbin/sshd -D -e -f /etc/rosie/sshd_config -p {port}")
        inside = f"timeout 30 bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}; head -c 3 <&3'"
        box.wait(f"something listens at {port}", lambda inside=inside: box.run(inside, check=False).stdout == "SSH")
    heard = {port for port in (22, *LENT) if box.banner(port) == b"SSH"}
    box.run("systemctl stop 'listener-*'")
    assert heard == set(OPEN) - {*PLAIN, *SECURE}, f"of 22 and {LENT}, {heard} are reached"
    return f"reached: {', '.join(map(str, OPEN))}; {CLOSED} is not"
