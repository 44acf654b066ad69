//! Commands: from a message to what is done, and the answer to whoever asked.

use super::{
    bridge::{Answered, Bridge, QUESTIONS},
    command::{self, Order},
    topics::{Place, RESERVED, Verb},
    wire::{Letter, Note},
};
use crate::household::Reach;
use rosie_core::Failure;
use serde_json::{Value, json};

/// Commands that may wait.
const WAITING: usize = 64;

/// Why something is not done: a short name, and a sentence.
type Refusal = (&'static str, String);

fn refuse<T>(error: &'static str, message: impl Into<String>) -> Result<T, Refusal> {
    Err((error, message.into()))
}

impl Bridge {
    /// A message for a command's topic. One that comes too fast waits, unacknowledged: the broker keeps the rest back.
    pub async fn ordered(&mut self, letter: Letter) {
        let verb = self.topics.command(&letter.topic).map(|(_, verb)| verb);
        // Silence is never late.
        let at_once = verb == Some(Verb::Stop);
        if at_once || (self.waiting.is_empty() && self.has_room_for(verb) && self.rate.allows()) {
            self.obey(letter).await;
        } else if self.waiting.len() < WAITING {
            self.waiting.push_back(letter);
        } else {
            if let Some(pen) = &self.pen {
                pen.acknowledge(&letter).await;
            }
            let told = "more commands come than are carried out: wait some seconds";
            self.refused(&letter, "too-many", told).await;
        }
    }

    fn has_room_for(&self, verb: Option<Verb>) -> bool {
        verb != Some(Verb::Ask) || self.answering.len() < QUESTIONS
    }

    /// Whether the first of those that wait may go as soon as the rate allows it.
    pub fn may_go_on(&self) -> bool {
        let first = self.waiting.front();
        first.is_some_and(|letter| self.has_room_for(self.topics.command(&letter.topic).map(|(_, verb)| verb)))
    }

    /// The next of those that wait.
    pub async fn next_waiting(&mut self) {
        if !self.may_go_on() || !self.rate.allows() {
            return;
        }
        if let Some(letter) = self.waiting.pop_front() {
            self.obey(letter).await;
        }
    }

    async fn obey(&mut self, letter: Letter) {
        let outcome = self.order(&letter).await;
        if let Some(pen) = &self.pen {
            pen.acknowledge(&letter).await;
        }
        match outcome {
            // Nobody waits for a yes who did not ask for one.
            Ok(Some(done)) => {
                if let Some(to) = self.reply_to(&letter) {
                    self.answer(&letter, to, done).await;
                }
            }
            Ok(None) => {}
            Err((error, message)) => self.refused(&letter, error, &message).await,
        }
    }

    /// `None`: the answer comes later, or none is due.
    async fn order(&mut self, letter: &Letter) -> Result<Option<Value>, Refusal> {
        let Some((place, verb)) = self.topics.command(&letter.topic) else {
            return refuse("unknown-topic", "there is no such command");
        };
        // An empty one is how a kept message is deleted.
        if letter.retain && letter.payload.is_empty() {
            return Ok(None);
        }
        if letter.retain {
            let told = "a command that the broker keeps would be done again at every start: send it without retain";
            return refuse("retained", told);
        }
        let order = command::read(verb, &letter.payload).map_err(|message| ("bad-payload", message))?;
        let reach = self.reach(&place)?;
        if !self.done.is_new(letter).await {
            return Ok(None);
        }
        self.carry_out(letter, place, reach, order).await
    }

    /// Who is meant. A room that is none is refused.
    fn reach(&self, place: &Place) -> Result<Reach, Refusal> {
        match place {
            Place::Appliance => Ok(Reach::Everywhere),
            Place::Endpoint(endpoint) => match self.announced.knows(endpoint) {
                true => Ok(Reach::Endpoint(endpoint.clone())),
                false => refuse("unknown-endpoint", "there is no such endpoint"),
            },
            Place::Room(room) if room.as_str() == "all" => Ok(Reach::Everywhere),
            Place::Room(room) => {
                let known = self
                    .config
                    .rooms
                    .find(room.as_str())
                    .filter(|known| !RESERVED.contains(&known.id.as_str()));
                match known {
                    Some(known) => Ok(Reach::Room(known.id.clone())),
                    None => refuse(
                        "unknown-room",
                        "there is no such room: `rooms` of the configuration has them",
                    ),
                }
            }
        }
    }

    async fn carry_out(
        &mut self,
        letter: &Letter,
        place: Place,
        reach: Reach,
        order: Order,
    ) -> Result<Option<Value>, Refusal> {
        let household = self.household.clone();
        let at = |count: usize| match count {
            0 => refuse("nobody-there", "no endpoint is connected there"),
            count => Ok(Some(json!({ "ok": true, "endpoints": count }))),
        };
        let outcome = match (order, place) {
            (Order::Say { text, urgent }, _) => spoken(household.say(&reach, &text, urgent)),
            (Order::Announce { text, urgent }, _) => {
                let said = household.say(&reach, &text, urgent);
                // Nobody is in that room: it is for the house then.
                match said.spoken + said.spared {
                    0 => spoken(household.say(&Reach::Everywhere, &text, urgent)),
                    _ => spoken(said),
                }
            }
            (Order::Ask { text, language, speak }, Place::Room(_)) => {
                let Reach::Room(room) = reach else {
                    return refuse("unknown-room", "a question is asked in one room, not in all");
                };
                let letter = letter.clone();
                self.answering.push(Box::pin(async move {
                    let result = household.ask(room.clone(), text, language).await;
                    Answered {
                        letter,
                        room,
                        speak,
                        result,
                    }
                }));
                return Ok(None);
            }
            (Order::Listen, _) => at(household.listen(&reach)),
            (Order::Stop, _) => at(household.stop(&reach)),
            (Order::Volume(percent), _) => at(household.set_volume(&reach, percent)),
            (Order::Brightness(percent), Place::Endpoint(endpoint)) => {
                at(usize::from(household.set_brightness(&endpoint, percent)))
            }
            (Order::Muted(on), Place::Endpoint(endpoint)) => at(usize::from(household.set_muted(&endpoint, on))),
            (Order::DoNotDisturb(on), Place::Endpoint(endpoint)) => {
                at(usize::from(household.set_do_not_disturb(&endpoint, on)))
            }
            (Order::WakeWords(words), Place::Endpoint(endpoint)) => {
                listens_there(household.set_wake_words(&endpoint, words))
            }
            (Order::WakeSensitivity(percent), Place::Endpoint(endpoint)) => {
                listens_there(household.set_wake_sensitivity(&endpoint, percent))
            }
            (Order::Remembers(on), Place::Endpoint(endpoint)) => {
                let known = self.announced.endpoints();
                let room = known.into_iter().find(|(id, _)| *id == endpoint).map(|(_, room)| room);
                let room = room.ok_or(("unknown-endpoint", "there is no such endpoint".to_owned()))?;
                let set = household.set_remembers(room, on).await;
                set.map(|()| Some(json!({ "ok": true }))).map_err(failed)
            }
            (Order::Forget, Place::Endpoint(endpoint)) => match self.forget(&endpoint).await {
                true => Ok(Some(json!({ "ok": true }))),
                false => refuse("connected", "it is connected: take it off the network first"),
            },
            (Order::Restart, Place::Appliance) => match household.restart() {
                Ok(()) => Ok(Some(json!({ "ok": true }))),
                Err(failure) => Err(failed(failure)),
            },
            (Order::Update, Place::Appliance) => match self.install_update().await {
                Ok(()) => Ok(Some(json!({ "ok": true }))),
                Err(failure) => Err(failed(failure)),
            },
            _ => refuse("unknown-topic", "there is no such command"),
        };
        // A switch that could not be switched shows what it is.
        self.endpoints_changed().await;
        outcome
    }

    /// A question was answered.
    pub async fn answered(&mut self, answered: Answered) {
        let Answered {
            letter,
            room,
            speak,
            result,
        } = answered;
        match result {
            Ok(answer) => {
                if speak && !answer.text.is_empty() {
                    self.household.say(&Reach::Room(room.clone()), &answer.text, true);
                }
                let told = json!({
                    "ok": true,
                    "text": answer.text,
                    "intent": answer.intent,
                    "follow_up": answer.follow_up,
                });
                let to = self.reply_to(&letter).unwrap_or_else(|| self.topics.reply(&room));
                self.answer(&letter, to, told).await;
            }
            Err(failure) => {
                let (error, message) = failed(failure);
                let told = json!({ "ok": false, "error": error, "message": message });
                let to = self.reply_to(&letter).unwrap_or_else(|| self.topics.reply(&room));
                self.answer(&letter, to, told).await;
                self.refused_only(&letter, error, &message).await;
            }
        }
    }

    /// Where the sender wants the answer. Not where it would be a command to Rosie, or be taken for a device.
    fn reply_to(&self, letter: &Letter) -> Option<String> {
        let to = letter.reply_to.clone()?;
        let own = self.topics.command(&to).is_some() || to.starts_with(&format!("{}/", self.topics.prefix));
        let sound = !to.is_empty() && to.len() <= 512 && !to.contains(['+', '#', '\0']) && !to.starts_with('$');
        (sound && !own).then_some(to)
    }

    async fn answer(&mut self, letter: &Letter, to: String, told: Value) {
        let mut note = Note::once(to, told.to_string());
        note.correlation = letter.correlation.clone();
        self.send(note).await;
    }

    async fn refused(&mut self, letter: &Letter, error: &str, message: &str) {
        if let Some(to) = self.reply_to(letter) {
            let told = json!({ "ok": false, "error": error, "message": message });
            self.answer(letter, to, told).await;
        }
        self.refused_only(letter, error, message).await;
    }

    /// On the topic for errors.
    async fn refused_only(&mut self, letter: &Letter, error: &str, message: &str) {
        tracing::info!(error, "a command from MQTT was refused");
        let topic: String = letter.topic.chars().take(200).collect();
        let told = json!({ "topic": topic, "error": error, "message": message });
        self.send(Note::once(self.topics.error(), told.to_string())).await;
    }
}

fn failed(failure: Failure) -> Refusal {
    (failure.code.as_str(), failure.detail)
}

fn listens_there(set: bool) -> Result<Option<Value>, Refusal> {
    match set {
        true => Ok(Some(json!({ "ok": true, "endpoints": 1 }))),
        false => refuse(
            "nobody-there",
            "no endpoint is connected there at which Rosie listens for the wake word",
        ),
    }
}

fn spoken(said: crate::household::Said) -> Result<Option<Value>, Refusal> {
    match said.spoken + said.spared {
        0 => refuse("nobody-there", "no endpoint is connected there"),
        _ => Ok(Some(
            json!({ "ok": true, "spoken": said.spoken, "spared": said.spared }),
        )),
    }
}
