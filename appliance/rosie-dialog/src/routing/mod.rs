//! Which tier answers a question, and why. Pure: no clock, no socket, no model; a table of tests holds it.
//!
//! Weight decides the order (simple: this machine; medium: the network if it is there; complex: the cloud if it is
//! allowed, else the network). What people allow, what is private and what can be reached now only take tiers away.

mod clause_cues;
mod complexity;
mod cues;
mod decide;
mod explain;
mod here;
mod home;
mod privacy;
mod questions;
mod told;

pub(crate) use clause_cues::{ClauseCues, UnmarkedCues, is_elsewhere, is_quoted, is_told};
pub use complexity::{Complexity, Weight, weigh, weigh_here, weigh_wish};
pub(crate) use cues::{Words, begins_leaning, is_address, leans, wants_clock};
pub use decide::{Availability, Ground, Preference, Route, RouteRequest, decide};
pub(crate) use explain::explained;
pub(crate) use here::{asks_here, asks_own, is_nothing_general, is_ours};
pub(crate) use home::{Said, admits, asks_state, judge};
pub use privacy::{PrivateTopic, private_topics};
pub(crate) use questions::is_question;
pub(crate) use told::{
    Tells, given_names, is_particular, is_time, names_one_of, tells, tells_of_somebody, wants_forgotten, wants_kept,
};
