//! The chat as a model is told of it. What others wrote is a stranger's text, and what goes out to people is asked about.

use crate::integration::{Tool, text_argument};
use rosie_core::ToolSpec;

/// `reads`: more than a webhook is there.
pub(super) fn all(reads: bool) -> Vec<ToolSpec> {
    let send = Tool::new(
        "RosieModelSendsMessage",
        "Sends a message in the team's chat. Only when the person asks for it.",
    )
    .with(
        [
            ("target", text_argument("the channel or person, like team or Anna")),
            ("message", text_argument("the message, in the person's words")),
        ],
        &["target", "message"],
    )
    .dangerous([
        ("en", "Shall I write to {target}: {message}?"),
        ("de", "Soll ich an {target} schreiben: {message}?"),
        ("es", "¿Escribo a {target}: {message}?"),
        ("fr", "Dois-je écrire à {target} : {message} ?"),
    ]);
    let read = Tool::new(
        "RosieReadMessages",
        "Reads messages of the team's chat in which the person is mentioned.",
    );
    let mut tools = vec![send.spec()];
    if reads {
        tools.push(read.foreign().spec());
    }
    tools
}
