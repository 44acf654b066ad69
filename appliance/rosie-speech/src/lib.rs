//! rosie-speech
