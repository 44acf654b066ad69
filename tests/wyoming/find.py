"""What the network tells of a service (mDNS, by another library than Rosie's): find.py PORT SECONDS, one line of JSON each,
until one of that port was found."""

import json
import sys
import threading
import time

from zeroconf import ServiceBrowser, ServiceListener, Zeroconf


FOUND = threading.Event()


class Listener(ServiceListener):
    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        if info is not None:
            if info.port == int(sys.argv[1]):
                FOUND.set()
            print(json.dumps({"name": name, "port": info.port, "addresses": info.parsed_addresses()}), flush=True)

    update_service = add_service

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        print(json.dumps({"gone": name}), flush=True)


def main() -> None:
    network = Zeroconf()
    ServiceBrowser(network, "_wyoming._tcp.local.", Listener())
    if FOUND.wait(float(sys.argv[2])):
        # What else is told of it comes right behind.
        time.sleep(1)
    network.close()


if __name__ == "__main__":
    main()
