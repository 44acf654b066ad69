//! Tools that a model may call: which of them it is offered, how what it wrote becomes a call, who is asked before
//! something dangerous, how calls are carried out and told to the model.
//!
//! Invariants: nothing reaches the hub whose name and arguments its schema does not allow; nothing dangerous, and
//! nothing that acts after a stranger's text was read, without a person's yes; what tools return is data.

mod arguments;
mod confirm;
mod form;
mod purpose;
mod run;
mod said;
mod select;
mod wanted;

pub(crate) use arguments::{Misuse, understand};
pub(crate) use confirm::{Confirmations, Consent, Pending, for_call, only_answers, question_for, yes_or_no};
pub(crate) use form::{Form, Meant, Thing, form};
pub(crate) use run::{Outcome, carry_out, for_model};
pub(crate) use select::{
    closest_entities, closest_tools, compared_by, has_foreign, is_named, kind, things_of, tool_text,
};
pub(crate) use wanted::{parts, wanted};
