//! The words of Rosie as types, the turn as a state machine, and the traits behind which engines live.
//!
//! Invariants: no async runtime, no clock, no file, no socket, no thread. Time is passed in; audio never passes
//! through the turn.

#![forbid(unsafe_code)]

pub mod appliance;
pub mod arbiter;
pub mod audio;
pub mod audit;
pub mod backup;
pub mod cancel;
pub mod dialog;
pub mod endpointer;
pub mod engine;
pub mod error;
pub mod ids;
pub mod integrations;
pub mod intent;
pub mod language;
pub mod lending;
pub mod logs;
pub mod memory;
pub mod models;
pub mod network;
pub mod pipeline;
pub mod plugins;
pub mod preroll;
pub mod record;
pub mod retry;
pub mod secrets;
pub mod session;
pub mod speakers;
pub mod store;
pub mod time;
pub mod tool;
pub mod turn;
pub mod update;
pub mod wake;

pub use audio::{AudioFrame, SampleRate};
pub use cancel::CancelFlag;
pub use error::{ErrorCode, Failure};
pub use ids::{ConversationId, EndpointId, RoomId, SessionId, TurnId, UserId};
pub use intent::{Completeness, Intent, KnownName, KnownNames, Slot, SlotValue};
pub use language::Language;
pub use time::Millis;
pub use tool::{CallContext, Effect, ToolCall, ToolOutcome, ToolResult, ToolSpec};

/// A boxed future, so that traits with asynchronous methods can be objects.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;
