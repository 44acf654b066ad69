//! rosie-hub
