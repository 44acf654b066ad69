#!/usr/bin/env python3
"""What Raspberry Pi Imager reads: each Pi's image with its sizes and hashes, in the form of the Imager's own schema
(doc/json-schema/os-list-schema.json of raspberrypi/rpi-imager). Written twice into FOLDER:

rpi-imager.json              for another list's `subitems_url`, as the schema says it
rosie.rpi-imager-manifest    for `rpi-imager --repo` and a double click: with the boards, which Imager 2 asks for first and
                             that schema does not know yet

    imager.py --url URL --version VERSION --date YYYY-MM-DD FOLDER

Without `init_format`, on purpose: the Imager then offers no customisation, which this image would not read. rosie.yaml does that.
"""

import argparse
import hashlib
import json
import lzma
from pathlib import Path

# The Imager's own names of boards, as its list of devices has them.
BOARDS = {
    "raspberrypi5": ("Raspberry Pi 5", ["pi5-64bit"]),
    "raspberrypi4": ("Raspberry Pi 4", ["pi4-64bit"]),
}


def measured(stream):
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def entry(image, board, options):
    called, devices = BOARDS[board]
    with image.open("rb") as file:
        download_size, download_sha256 = measured(file)
    # Of what was packed, by unpacking it: what the Imager compares before it lets the card start.
    with lzma.open(image) as file:
        extract_size, extract_sha256 = measured(file)
    return {
        "name": f"Rosie {options.version} ({called})",
        "description": "A voice assistant that lives in your house; nothing leaves it",
        "icon": f"{options.url}/rosie.svg",
        "website": options.website or options.url,
        "url": f"{options.url}/{image.name}",
        "extract_size": extract_size,
        "extract_sha256": extract_sha256,
        "image_download_size": download_size,
        "image_download_sha256": download_sha256,
        "release_date": options.date,
        "devices": devices,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("url", "version", "date"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--website", default="")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    images = {board: options.folder / f"rosie-{board}-{options.version}.img.xz" for board in BOARDS}
    listed = [entry(image, board, options) for board, image in images.items() if image.exists()]
    boards = [
        {"name": called, "tags": tags, "icon": "", "description": "", "matching_type": "exclusive", "capabilities": []}
        for board, (called, tags) in BOARDS.items()
        if images[board].exists()
    ]
    for name, content in {
        "rpi-imager.json": {"os_list": listed},
        "rosie.rpi-imager-manifest": {"imager": {"devices": boards}, "os_list": listed},
    }.items():
        (options.folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
