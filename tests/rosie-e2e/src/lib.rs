//! rosie-e2e
