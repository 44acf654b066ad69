"""A wake word detector for the stock Wyoming satellite that hears the word once: wake.py SECONDS after its first sound."""

import sys
import time


def main() -> None:
    sys.stdin.buffer.read(1)
    time.sleep(float(sys.argv[1]))
    print('{"type": "detection", "data": {"name": "hey_rosie"}}', flush=True)
    while sys.stdin.buffer.read(4096):
        pass


if __name__ == "__main__":
    main()
