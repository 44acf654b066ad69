//! What the owner may ask of Rosie's memory: keep this, what do you know, forget that.

use crate::{
    Arguments, Clock, HubError, Skill,
    clock::{now_in, zone},
    skill::said,
};
use jiff::{ToSpan, Zoned, tz::TimeZone};
use rosie_core::{
    BoxFuture, CallContext, ErrorCode, ToolCall, ToolOutcome, ToolSpec,
    memory::{Forget, Memory, MemoryFilter, Recall, Remember, Speaker},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Sentences of "what do you know about me": more nobody listens to.
const TOLD: usize = 6;
/// Memories that a model gets when it searches.
const FOUND: usize = 5;
/// Memories that are looked through for a name.
const SEARCHED: usize = 20;
/// Letters of a word that something may be called by.
const TELLING: usize = 3;
/// Words of "what do you know about".
const QUESTION: usize = 7;
/// Words in front of what somebody wants to be kept.
const KEEPS: [&str; 14] = [
    "remember",
    "forget",
    "note",
    "know",
    "merk",
    "merke",
    "vergiss",
    "notier",
    "recuerda",
    "acuérdate",
    "apunta",
    "retiens",
    "souviens",
    "oublie",
];

/// What "forget everything from …" may name.
const SPANS: [&str; 5] = ["today", "yesterday", "week", "hour", "conversation"];

/// Speaks to the memory for whoever asks.
pub struct MemorySkill {
    memory: Arc<dyn Memory>,
    clock: Arc<dyn Clock>,
    zone: TimeZone,
    /// It was said that what was known before is lost: once is enough.
    told_of_loss: AtomicBool,
}

impl MemorySkill {
    /// `time_zone`: an IANA name; `None` takes the machine's. It decides when today began.
    pub fn new(memory: Arc<dyn Memory>, clock: Arc<dyn Clock>, time_zone: Option<&str>) -> Result<Self, HubError> {
        let zone = zone(time_zone)?;
        Ok(Self {
            memory,
            clock,
            zone,
            told_of_loss: AtomicBool::new(false),
        })
    }

    async fn carry_out(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        match call.name.as_str() {
            "RosieRemember" => self.remember(call, context).await,
            "RosieSearchMemory" => self.search(call, context).await,
            "RosieKnownAbout" => self.known(context).await,
            "RosieKnownOf" => self.known_of(call, context).await,
            "RosieCorrect" => self.correct(call, context).await,
            "RosieForgetLast" => {
                let conversation = context.conversation.clone();
                self.forget(Forget::Last { conversation }).await
            }
            "RosieForgetSpan" => self.forget_span(call, context).await,
            "RosieForgetEverything" => self.forget(Forget::Matching(theirs(context))).await,
            _ => {
                let text = text(call)?;
                self.forget(Forget::About {
                    text,
                    filter: theirs(context),
                })
                .await
            }
        }
    }

    async fn remember(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let remember = Remember {
            text: text(call)?,
            room: context.room.clone(),
            user: context.user.clone(),
            language: context.language.clone(),
            now_unix_ms: self.clock.unix_ms(),
        };
        match self.memory.remember(remember).await {
            Ok(understood) => Ok(said("default", json!({ "understood": understood }))),
            Err(failure) if failure.code == ErrorCode::NotRemembered => Ok(said("not_here", json!({}))),
            Err(failure) => Err(failure),
        }
    }

    /// "What do you know about Joan?": what was told that names her, as it was told.
    async fn known_of(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let about = text(call)?;
        let named: Vec<String> = words(&about).filter(|word| word.chars().count() >= TELLING).collect();
        let recall = Recall {
            question: about,
            room: context.room.clone(),
            user: context.user.clone(),
            conversation: context.conversation.clone(),
            now_unix_ms: self.clock.unix_ms(),
            k: SEARCHED,
            faint: true,
        };
        let mut told: Vec<String> = Vec::new();
        for memory in self.memory.recall(recall).await? {
            let by_a_person = memory.source.is_none() && memory.speaker.is_none_or(|speaker| speaker == Speaker::User);
            let names = named.iter().any(|name| words(&memory.text).any(|word| word == *name));
            let new = !told.iter().any(|known| known.eq_ignore_ascii_case(&memory.text));
            // What was asked about it tells nothing.
            if by_a_person && names && new && !memory.text.trim_end().ends_with('?') && !is_this(&memory.text, call) {
                told.push(memory.text);
            }
        }
        let again = |long: &String| told.iter().any(|short| only_opens(long, short));
        let mut told: Vec<&String> = told.iter().filter(|text| !again(text)).collect();
        told.truncate(FOUND);
        let response = if told.is_empty() { "nothing" } else { "default" };
        Ok(said(response, json!({ "sentences": told })))
    }

    /// "Actually Joan is allergic to walnuts, not peanuts": what was told wrong is forgotten, what is right is kept.
    async fn correct(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let arguments = Arguments::of(call);
        let part = |key: &str| {
            arguments.text(key).ok_or_else(|| HubError::BadArguments {
                call: call.name.clone(),
                reason: format!("it names no {key}"),
            })
        };
        let (subject, verb, right, wrong) = (part("text")?, part("verb")?, part("right")?, part("wrong")?);
        // The wrong words stood where the right ones do now: at the end, as many of them.
        let mut kept: Vec<&str> = right.split_whitespace().collect();
        kept.truncate(kept.len().saturating_sub(wrong.split_whitespace().count()));
        let before = [&subject, &verb, &kept.join(" "), &wrong].map(String::as_str).join(" ");
        self.memory
            .forget(Forget::About {
                text: before.split_whitespace().collect::<Vec<_>>().join(" "),
                filter: theirs(context),
            })
            .await?;
        let remember = ToolCall {
            name: call.name.clone(),
            arguments: json!({ "text": format!("{subject} {verb} {right}") }),
        };
        self.remember(&remember, context).await
    }

    async fn search(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let recall = Recall {
            question: text(call)?,
            room: context.room.clone(),
            user: context.user.clone(),
            conversation: context.conversation.clone(),
            now_unix_ms: self.clock.unix_ms(),
            k: FOUND,
            faint: false,
        };
        let found = self.memory.recall(recall).await?;
        let found: Vec<Value> = found
            .into_iter()
            .map(|memory| json!({ "text": memory.text, "source": memory.source, "speaker": memory.speaker }))
            .collect();
        Ok(said("default", json!({ "memories": found })))
    }

    async fn known(&self, context: &CallContext) -> ToolOutcome {
        let mut sentences = self.memory.known_about(context.user.clone(), usize::MAX).await?;
        let more = sentences.len().saturating_sub(TOLD);
        sentences.truncate(TOLD);
        let response = if sentences.is_empty() { "nothing" } else { "default" };
        let lost = self.memory.has_lost() && !self.told_of_loss.swap(true, Ordering::Relaxed);
        Ok(said(
            response,
            json!({ "sentences": sentences, "more": more, "lost": lost }),
        ))
    }

    async fn forget(&self, what: Forget) -> ToolOutcome {
        self.forget_of(what, "default").await
    }

    /// `done`: the response where there was something.
    async fn forget_of(&self, what: Forget, done: &str) -> ToolOutcome {
        let count = self.memory.forget(what).await?;
        let response = if count == 0 { "nothing" } else { done };
        Ok(said(response, json!({ "count": count })))
    }

    /// What was said in a span of time, or in the conversation that goes on; today, if nothing else is named.
    async fn forget_span(&self, call: &ToolCall, context: &CallContext) -> ToolOutcome {
        let named = Arguments::of(call).text("span");
        let span = SPANS.into_iter().find(|span| named.as_deref() == Some(span));
        let span = span.unwrap_or(SPANS[0]);
        let now = now_in(&self.zone, &*self.clock)?;
        let mut filter = theirs(context);
        match span {
            "conversation" => filter.conversation = Some(context.conversation.clone()),
            "hour" => filter.since_unix_ms = Some(self.unix_ms(now.checked_sub(1.hour()))?),
            "week" => filter.since_unix_ms = Some(self.unix_ms(now.checked_sub(7.days()))?),
            "yesterday" => {
                let yesterday = now.yesterday().and_then(|day| day.start_of_day());
                filter.since_unix_ms = Some(self.unix_ms(yesterday)?);
                filter.until_unix_ms = Some(self.unix_ms(now.start_of_day())?);
            }
            _ => filter.since_unix_ms = Some(self.unix_ms(now.start_of_day())?),
        }
        self.forget_of(Forget::Matching(filter), span).await
    }

    fn unix_ms(&self, moment: Result<Zoned, jiff::Error>) -> Result<u64, HubError> {
        let out_of_range = || HubError::ClockOutOfRange(self.clock.unix_ms());
        let moment = moment.map_err(|_| out_of_range())?;
        u64::try_from(moment.timestamp().as_millisecond()).map_err(|_| out_of_range())
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let bare = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        word.strip_suffix("'s").map_or_else(|| word.clone(), str::to_owned)
    };
    text.split_whitespace().map(bare)
}

/// The question itself may have been kept by now.
fn is_this(memory: &str, call: &ToolCall) -> bool {
    let asked = Arguments::of(call).text("text").unwrap_or_default().to_lowercase();
    memory.to_lowercase().ends_with(&asked) && words(memory).count() <= words(&asked).count() + QUESTION
}

/// "Remember that the bins go out on Monday" beside "The bins go out on Monday": the same with words in front.
fn only_opens(long: &str, short: &str) -> bool {
    let [long, short] = [long, short].map(|text| words(text).collect::<Vec<_>>());
    let more = long.len().saturating_sub(short.len());
    let keeps = |word: &String| KEEPS.contains(&word.as_str());
    (1..=QUESTION).contains(&more) && long.ends_with(&short) && long[..more].iter().any(keeps)
}

/// What the one who asks may see, and so may forget.
fn theirs(context: &CallContext) -> MemoryFilter {
    MemoryFilter {
        user: context.user.clone(),
        ..MemoryFilter::default()
    }
}

fn text(call: &ToolCall) -> Result<String, HubError> {
    Arguments::of(call).text("text").ok_or_else(|| HubError::BadArguments {
        call: call.name.clone(),
        reason: "it names nothing".to_owned(),
    })
}

impl Skill for MemorySkill {
    fn name(&self) -> &str {
        "memory"
    }

    fn calls(&self) -> &[&str] {
        &[
            "RosieRemember",
            "RosieSearchMemory",
            "RosieKnownAbout",
            "RosieKnownOf",
            "RosieCorrect",
            "RosieForgetLast",
            "RosieForgetSpan",
            "RosieForgetEverything",
            "RosieForgetAbout",
        ]
    }

    fn handle<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, ToolOutcome> {
        Box::pin(self.carry_out(call, context))
    }

    fn tools(&self) -> Vec<ToolSpec> {
        let of_text = |what: &str| {
            json!({
                "type": "object",
                "properties": { "text": { "type": "string", "description": what, "minLength": 1, "maxLength": 500 } },
                "required": ["text"],
                "additionalProperties": false,
            })
        };
        let nothing = json!({ "type": "object", "properties": {}, "additionalProperties": false });
        let tool = |name: &str, description: &str, parameters: Value| ToolSpec {
            name: name.to_owned(),
            description: description.to_owned(),
            parameters,
            acts: true,
            dangerous: false,
            foreign: false,
            confirmation: BTreeMap::new(),
        };
        let asked = |mut tool: ToolSpec, questions: [(&str, &str); 4]| {
            tool.dangerous = true;
            tool.confirmation = questions
                .map(|(language, text)| (language.to_owned(), text.to_owned()))
                .into();
            tool
        };
        vec![
            tool(
                "RosieRemember",
                "Keeps a fact the person asks to be remembered.",
                of_text("the fact, as a sentence"),
            ),
            ToolSpec {
                acts: false,
                foreign: true,
                ..tool(
                    "RosieSearchMemory",
                    "Searches past conversations, facts and documents of this house.",
                    of_text("what to look for"),
                )
            },
            asked(
                tool(
                    "RosieForgetSpan",
                    "Forgets everything that was said today, yesterday, in the last week or hour, or in this conversation.",
                    json!({
                        "type": "object",
                        "properties": { "span": { "type": "string", "enum": SPANS } },
                        "required": ["span"],
                        "additionalProperties": false,
                    }),
                ),
                [
                    ("en", "Shall I forget everything from that time?"),
                    ("de", "Soll ich alles aus dieser Zeit vergessen?"),
                    ("es", "¿Olvido todo lo de ese tiempo?"),
                    ("fr", "Dois-je oublier tout ce qui date de ce moment ?"),
                ],
            ),
            asked(
                tool(
                    "RosieForgetEverything",
                    "Forgets everything that is known about the person.",
                    nothing,
                ),
                [
                    ("en", "Shall I forget everything I know? I can't get it back."),
                    (
                        "de",
                        "Soll ich wirklich alles vergessen? Das lässt sich nicht zurückholen.",
                    ),
                    ("es", "¿Olvido todo lo que sé? No podré recuperarlo."),
                    ("fr", "Dois-je vraiment tout oublier ? C'est irréversible."),
                ],
            ),
        ]
    }
}
