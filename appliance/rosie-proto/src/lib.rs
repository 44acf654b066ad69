//! rosie-proto
