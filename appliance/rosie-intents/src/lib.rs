//! rosie-intents
