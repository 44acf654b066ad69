#!/usr/bin/env bash
# Writes what is generated from the types: the default configuration and its reference page.
set -euo pipefail
"$ROSIED" config --format yaml >appliance/rosied/src/config/default.yaml
"$ROSIED" config --format markdown >docs/configuration.md
