//! rosie-memory
