#!/usr/bin/env bash
# Measures Rosie beside her peers, in one run: tests/peers/run.sh [--quick] [--speech FOLDER]… [stt|tts|health|turn|rest]…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source ci/env.sh
ci/test-peers.sh bench
cd tests/peers
exec "$ROSIE_CACHE/peers/bin/python" -m bench "$@"
