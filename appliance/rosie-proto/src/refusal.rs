//! Every way the appliance refuses what an endpoint does on the wire: one table of codes, close codes and meanings.
//!
//! Failures of the assistant itself (`stt-unavailable`, …) are another table, in rosie-core; both travel in `error`.

macro_rules! refusals {
    ($( $variant:ident = $code:literal, close: $close:expr, retry: $retry:literal, $meaning:literal; )*) => {
        /// The stable name of a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Refusal { $( #[doc = $meaning] $variant, )* }

        impl Refusal {
            pub const ALL: &'static [Refusal] = &[$(Refusal::$variant,)*];

            /// The kebab-case `code` of the `error` message and the reason of the close frame.
            pub fn as_str(self) -> &'static str {
                match self { $(Refusal::$variant => $code,)* }
            }

            /// The WebSocket close code that follows the `error` message; `None`: the connection stays open.
            pub fn close_code(self) -> Option<u16> {
                match self { $(Refusal::$variant => $close,)* }
            }

            /// Whether connecting again without changing anything can succeed.
            pub fn retry(self) -> bool {
                match self { $(Refusal::$variant => $retry,)* }
            }

            /// What it means, as docs/protocol.md says it.
            pub fn meaning(self) -> &'static str {
                match self { $(Refusal::$variant => $meaning,)* }
            }
        }
    };
}

refusals! {
    HelloExpected = "hello-expected", close: Some(4000), retry: false,
        "The first message was not `hello`.";
    HelloTimeout = "hello-timeout", close: Some(4001), retry: true,
        "No `hello` came in time.";
    UnsupportedVersion = "unsupported-version", close: Some(4002), retry: false,
        "The appliance does not speak this version of the protocol.";
    BadHello = "bad-hello", close: Some(4003), retry: false,
        "A field of `hello` is missing, unknown or not allowed, or a second `hello` was sent.";
    UnknownRoom = "unknown-room", close: Some(4004), retry: false,
        "The configuration has no such room; the detail lists those it has.";
    UnsupportedFormat = "unsupported-format", close: Some(4005), retry: false,
        "An audio format that is not offered.";
    IdleTimeout = "idle-timeout", close: Some(4006), retry: true,
        "Nothing came from the endpoint for `idle_timeout_ms`.";
    SlowConsumer = "slow-consumer", close: Some(4007), retry: true,
        "The endpoint reads more slowly than audio sounds.";
    NotPaired = "not-paired", close: Some(4008), retry: false,
        "The house has an owner, and this endpoint no key that it knows: pair it, or sign in.";
    TooManyErrors = "too-many-errors", close: Some(1008), retry: false,
        "The endpoint goes on sending what is refused.";
    BadFrame = "bad-frame", close: Some(1002), retry: false,
        "Not a WebSocket frame that an endpoint may send.";
    InvalidUtf8 = "invalid-utf8", close: Some(1007), retry: false,
        "A text frame that is not UTF-8.";
    FrameTooBig = "frame-too-big", close: Some(1009), retry: false,
        "A message longer than any that is allowed.";
    Busy = "busy", close: Some(1013), retry: true,
        "As many endpoints are connected as the appliance serves.";
    BadMessage = "bad-message", close: None, retry: false,
        "A control message that is not JSON, or has an unknown type, an unknown field or a wrong value.";
    MessageTooBig = "message-too-big", close: None, retry: false,
        "A control message longer than allowed.";
    BadAudio = "bad-audio", close: None, retry: false,
        "A binary message with a wrong header, or a payload that is not audio in the agreed format.";
    RateLimited = "rate-limited", close: None, retry: false,
        "Too many messages a second; this one was dropped.";
    AudioTooFast = "audio-too-fast", close: None, retry: false,
        "Audio comes faster than it can have been spoken; this piece was dropped.";
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
