#!/usr/bin/env bash
# Builds the daemon as the image has it, assembles the stand-in image, boots it in QEMU and drives it (tests/image/run.py).
# tests/image/README.md says what each case is. CUTS=50 for the long run, ONLY=case,… for some cases, SEED=n to repeat a run.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$ROSIE_CACHE/image/test
# Keys of its own: the owner's are not for tests.
export ROSIE_PKI=$ROSIE_CACHE/image/test-pki
ci/image-pki.sh "$ROSIE_PKI" >/dev/null
"$ROSIED" models fetch onnxruntime silero-vad speech-embedding smart-turn-v3.2 whisper-tiny.en >/dev/null
ci/test-speech.sh
ROSIED=$(tests/image/build.sh)
export ROSIED
# Made of this checkout, so that no older one is tested.
rm -rf "$out"
exec python3 tests/image/run.py "$out" --recording "$ROSIE_TEST_SPEECH/goforward.wav" --cuts "${CUTS:-3}" \
    ${ONLY:+--only "$ONLY"} ${SEED:+--seed "$SEED"}
