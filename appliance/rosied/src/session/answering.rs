//! Running the dialog for one question, its events sent to the session in order without ever blocking the dialog.

use super::Message;
use rosie_core::{
    Failure, TurnId,
    dialog::{Dialog, DialogEvent, Question, Reply},
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{self, error::TrySendError};

/// Text that found the session's queue full and goes with the next event.
type Held = Arc<Mutex<String>>;

pub async fn answer(
    dialog: Arc<dyn Dialog>,
    question: Question,
    messages: mpsc::Sender<Message>,
) -> Result<Reply, Failure> {
    let turn_id = question.turn_id;
    let held = Held::default();
    let (outbox, keep) = (messages.clone(), held.clone());
    let sink = Box::new(move |event| forward(turn_id, event, &outbox, &keep));
    let result = dialog.answer(question, sink).await;
    let rest = std::mem::take(&mut *held.lock().unwrap_or_else(PoisonError::into_inner));
    if !rest.is_empty() {
        let _ = messages
            .send(Message::Dialog {
                turn_id,
                event: DialogEvent::Delta(rest),
            })
            .await;
    }
    result
}

fn forward(turn_id: TurnId, event: DialogEvent, outbox: &mpsc::Sender<Message>, held: &Held) {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    let event = match event {
        DialogEvent::Delta(text) => {
            held.push_str(&text);
            DialogEvent::Delta(std::mem::take(&mut *held))
        }
        other => other,
    };
    match outbox.try_send(Message::Dialog { turn_id, event }) {
        Err(TrySendError::Full(Message::Dialog {
            event: DialogEvent::Delta(text),
            ..
        })) => *held = text,
        Err(TrySendError::Full(_)) => {
            tracing::warn!(turn_id = turn_id.0, "a session's queue is full; an event is lost")
        }
        Ok(()) | Err(TrySendError::Closed(_)) => {}
    }
}
