//! rosie-gateway
