#!/usr/bin/env bash
# Fetches what the tests need: the small profile, a second recogniser beside it, and what tells voices apart.
set -euo pipefail
"$ROSIED" models fetch --profile small
"$ROSIED" models fetch whisper-tiny.en
exec "$ROSIED" models fetch resemblyzer
