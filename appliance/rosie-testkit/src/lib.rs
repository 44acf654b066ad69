//! rosie-testkit
