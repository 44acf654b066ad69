#!/usr/bin/env python3
"""What an image is made of, as CycloneDX 1.6: Buildroot's packages (`make image-sbom`) and the crates that rosied is built of.

    sbom.py --board BOARD --version VERSION --packages SBOM.JSON --lock Cargo.lock <METADATA.JSON >OUT

METADATA is `cargo metadata --locked`, for the board's processor. The hashes are those that Cargo.lock holds each crate to.
"""

import argparse
import json
import sys
import tomllib
import uuid
from urllib.parse import quote

SPEC = "1.6"


def crates(metadata, lock, root):
    """Components and dependencies of everything that is built into the program `root`, or to build it; tests are not."""
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    start = next(identity for identity in metadata["workspace_members"] if packages[identity]["name"] == root)
    found, waiting = {}, [start]
    while waiting:
        identity = waiting.pop()
        if identity in found:
            continue
        wanted = [
            dependency["pkg"]
            for dependency in nodes[identity]["deps"]
            if any(kind["kind"] in (None, "build") for kind in dependency["dep_kinds"])
        ]
        found[identity] = wanted
        waiting += wanted
    reference = {identity: f"cargo:{packages[identity]['name']}@{packages[identity]['version']}" for identity in found}
    components = [component(packages[identity], reference[identity], checksums) for identity in found]
    dependencies = [
        {"ref": reference[identity], "dependsOn": sorted({reference[one] for one in wanted})} for identity, wanted in found.items()
    ]
    return reference[start], sorted(components, key=lambda one: one["bom-ref"]), sorted(dependencies, key=lambda one: one["ref"])


def component(package, reference, checksums):
    name, version = package["name"], package["version"]
    told = {"bom-ref": reference, "type": "library", "name": name, "version": version}
    if package["source"]:
        # A package URL of what the registry has; our own crates are in none.
        told["purl"] = f"pkg:cargo/{quote(name)}@{quote(version)}"
        checksum = checksums.get((name, version))
        if not checksum:
            sys.exit(f"sbom: Cargo.lock has no checksum of {name} {version}")
        told["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    if package["license"]:
        # Old crates write MIT/Apache-2.0 where SPDX has OR.
        told["licenses"] = [{"expression": package["license"].replace(" / ", "/").replace("/", " OR ")}]
    if package["repository"]:
        told["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("board", "version", "packages", "lock"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with open(options.packages, encoding="utf-8") as file:
        bom = json.load(file)
    if bom.get("bomFormat") != "CycloneDX" or not bom.get("components"):
        sys.exit(f"sbom: {options.packages} is no list of packages; `make image-sbom BOARD={options.board}` writes one")
    with open(options.lock, "rb") as file:
        lock = tomllib.load(file)
    root, components, dependencies = crates(json.load(sys.stdin), lock, "rosied")

    image = f"rosie-{options.board}"
    old = bom["metadata"]["component"]["bom-ref"]
    bom["specVersion"] = SPEC
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{image}-{options.version}')}"
    bom["version"] = 1
    bom["metadata"]["component"] = {"bom-ref": image, "type": "firmware", "name": image, "version": options.version}
    for dependency in bom["dependencies"]:
        if dependency["ref"] == old:
            dependency["ref"] = image
        # Buildroot knows the package `rosie`, and not what is in it.
        if dependency["ref"] == "rosie":
            dependency["dependsOn"] = sorted({*dependency["dependsOn"], root})
    if not any(dependency["ref"] == "rosie" for dependency in bom["dependencies"]):
        sys.exit(f"sbom: {options.packages} does not have the package rosie: it is of another image")
    bom["components"] += components
    bom["dependencies"] += dependencies
    json.dump(bom, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
