"""What the network tells of a service (mDNS, by another library than Rosie's): find.py SECONDS, one line of JSON each."""

import json
import sys
import time

from zeroconf import ServiceBrowser, ServiceListener, Zeroconf


class Listener(ServiceListener):
    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        if info is not None:
            print(json.dumps({"name": name, "port": info.port, "addresses": info.parsed_addresses()}), flush=True)

    update_service = add_service

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        print(json.dumps({"gone": name}), flush=True)


def main() -> None:
    network = Zeroconf()
    ServiceBrowser(network, "_wyoming._tcp.local.", Listener())
    time.sleep(float(sys.argv[1]))
    network.close()


if __name__ == "__main__":
    main()
