//! docs/protocol.md is kept true (see document tests).
