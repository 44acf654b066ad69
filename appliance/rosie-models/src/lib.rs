//! rosie-models
