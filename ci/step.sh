#!/usr/bin/env bash
# One step of the tests: unit, e2e or browser.
set -euo pipefail
case "${1:-}" in
unit)
    # Tests of the dialog run the real llama.cpp server and the real Ollama when they are told where those are.
    export ROSIE_LLAMA_SERVER="$PWD/tests/peers/llama_server.py"
    export ROSIE_OLLAMA="$ROSIE_CACHE/peers-ollama/ollama"
    exec cargo test --release --locked --no-fail-fast --workspace --exclude rosie-e2e
    ;;
e2e) exec cargo test --release --locked --no-fail-fast -p rosie-e2e -- --test-threads=1 ;;
browser) cd tests/browser && exec npm test --silent ;;
*)
    echo "step.sh: unit, e2e or browser" >&2
    exit 2
    ;;
esac
