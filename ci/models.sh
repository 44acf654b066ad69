#!/usr/bin/env bash
# Fetches what the tests need: the small profile, and a second recogniser beside it.
set -euo pipefail
"$ROSIED" models fetch --profile small
exec "$ROSIED" models fetch whisper-tiny.en
