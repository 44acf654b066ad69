#!/usr/bin/env bash
# The stock Wyoming client and satellite for the tests.
exec "$(dirname "${BASH_SOURCE[0]}")/test-python.sh" wyoming
