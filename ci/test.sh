#!/usr/bin/env bash
# Everything that must hold, in the order in which it fails soonest. Ends with one line a step and its time.
set -uo pipefail
passed=0 failed=0 report=""
step() { # step NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    echo "── $name"
    if "$@"; then
        passed=$((passed + 1)) report+="  ok      $((SECONDS - began)) s  $name"$'\n'
    else
        failed=$((failed + 1)) report+="  FAILED  $((SECONDS - began)) s  $name"$'\n'
    fi
}
finish() {
    echo "── summary"
    printf '%s' "$report"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}
step "set-up" ci/setup.sh test
step "format, clippy, house rules" ci/lint.sh
step "the image: configurations, units, scripts, disks" ci/image-check.sh
step "build" ci/build.sh
step "models" ci/models.sh
step "the kiosk app: its tests, its APK" ci/kiosk-app.sh test
step "unit and property tests" ci/step.sh unit
step "end to end on real engines" ci/step.sh e2e
step "the page in a browser" ci/step.sh browser
finish
