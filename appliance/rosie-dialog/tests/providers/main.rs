//! Every provider's own wire format, in shapes recorded from the public references, against a loopback server; and the
//! real local servers, where they are installed.
#![allow(clippy::unwrap_used)]

mod anthropic;
mod common;
mod gemini;
mod kept;
mod ollama;
mod openai;
mod patience;
mod real;
