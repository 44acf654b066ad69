#!/usr/bin/env bash
# Rules of the house that no compiler holds. Each prints what breaks it.
set -uo pipefail
# The last part of a pipe runs in this shell: what it finds broken stays known.
shopt -s lastpipe
broken=0
rule() { # rule NAME, offenders on stdin
    local offenders
    offenders=$(cat)
    [ -z "$offenders" ] && return
    echo "house rule broken: $1"
    sed 's/^/    /' <<<"$offenders"
    broken=1
}
sources() { git ls-files -- '*.rs' '*.java' '*.js' '*.mjs' '*.sh' '*.py' '*.html' '*.css' | grep -v /vendor/; }

sources | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }' |
    rule "a source file has at most 400 lines"
for file in $(git ls-files -- 'appliance/*.rs'); do
    head -n 1 "$file" | grep -qE '^//!|^#!\[' || echo "$file"
done | rule "a Rust file opens with //! and says what the room is for"
git grep -nE '\b(todo|unimplemented)!\(|\b(TODO|FIXME)\b' -- appliance endpoint-kiosk tests ci ':!ci/house-rules.sh' |
    rule "nothing unfinished is left in the sources"
git grep -nE '#\[ignore|\b(it|test|describe)\.(skip|only)\(' -- appliance tests | rule "no test is switched off"
git ls-files -- '*.onnx' '*.bin' '*.gguf' '*.wav' '*.flac' | rule "models and recordings are not in git"
exit $broken
