//! The task that owns one session's turn engine: takes messages, asks the engine, carries out its orders.

use super::{
    Message, Sessions,
    arbitration::Calling,
    ears::Ears,
    kept,
    lent_turn::Lending,
    outlet::Outlet,
    passing_on::Utterance,
    recorder::{Place, Recorder},
    registry::House,
    speaking::ReplyText,
    voice::Voice,
    waking::WakeThere,
    words::waking,
};
use rosie_core::{
    CancelFlag, ConversationId, ErrorCode, Failure, Language, Millis, RoomId, SampleRate, TurnId,
    appliance::SessionStatus,
    engine::SttPriority,
    session::{EndpointSpec, SessionOpened, TurnState},
    turn::{Input, Output, TurnEngine},
};
use rosie_hub::household::Happening;
use rosie_speech::tts::SentenceSplitter;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Messages that may wait. VAD sends 31 a second; a reply has some hundreds.
const QUEUE: usize = 1_024;
/// A conversation is over when nothing was said for so long.
const CONVERSATION_MS: u64 = 5 * 60_000;

/// What a session's connection and the registry see of it.
pub struct Shared {
    pub spec: EndpointSpec,
    pub ears: Arc<Ears>,
    pub outlet: Arc<Outlet>,
    pub messages: mpsc::Sender<Message>,
    pub connection: AtomicU64,
    pub state: Mutex<TurnState>,
    pub volume: AtomicU8,
    pub brightness: AtomicU8,
    pub do_not_disturb: AtomicBool,
    /// Quiet times of the house do not count here until then; Unix milliseconds.
    pub hears_until: AtomicI64,
    pub wake: Mutex<WakeThere>,
    pub utterance: Mutex<Option<Utterance>>,
    opened: SessionOpened,
}

impl Shared {
    pub fn opened(&self, resumed: bool) -> SessionOpened {
        let volume_percent = self.volume.load(Ordering::Relaxed);
        let brightness_percent = self.brightness.load(Ordering::Relaxed);
        SessionOpened {
            resumed,
            volume_percent,
            brightness_percent,
            ..self.opened.clone()
        }
    }

    pub fn resume_token(&self) -> &str {
        &self.opened.resume_token
    }

    pub fn room(&self) -> RoomId {
        self.opened.room.clone()
    }

    pub fn place(&self) -> Place {
        let SessionOpened { session, room, .. } = self.opened.clone();
        Place {
            session,
            room,
            endpoint: self.spec.endpoint.clone(),
        }
    }

    /// Never blocks.
    pub fn tell(&self, message: Message) -> Result<(), Failure> {
        self.messages.try_send(message).map_err(|_| {
            Failure::new(
                ErrorCode::Busy,
                "this session has more messages waiting than it can take: send fewer",
            )
        })
    }

    pub fn mute(&self, on: bool) -> Result<(), Failure> {
        self.ears.mute(on);
        self.tell(Message::Mute(on))
    }

    pub fn status(&self) -> SessionStatus {
        SessionStatus {
            session: self.opened.session.to_string(),
            endpoint: self.spec.endpoint.to_string(),
            room: self.opened.room.to_string(),
            state: *self.state.lock().unwrap_or_else(PoisonError::into_inner),
            connected: self.outlet.attached(),
            dropped_frames: self.ears.dropped_frames(),
            do_not_disturb: self.do_not_disturb.load(Ordering::Relaxed),
        }
    }
}

/// One session's state, owned by its task.
pub(super) struct Actor {
    pub shared: Arc<Shared>,
    pub house: Arc<House>,
    pub turn: TurnEngine,
    pub started: Instant,
    pub deadline: Option<Millis>,
    /// Language asked for by the endpoint; `None`: the house's.
    pub language: Option<Language>,
    pub recorder: Option<Recorder>,
    pub voice: Option<Voice>,
    pub splitter: SentenceSplitter,
    pub reply: ReplyText,
    pub last_reply: String,
    /// Cancels the answer under way.
    pub answering: CancelFlag,
    pub transcriptions: HashMap<u32, (SttPriority, CancelFlag)>,
    /// Of the transcript last delivered: the recogniser's own time.
    pub compute_ms: u64,
    pub speech_from: Option<Millis>,
    pub audio_now: Millis,
    pub conversation: (ConversationId, Millis),
    pub detached_at: Option<Millis>,
    pub vad_warned: bool,
    /// The phrase that began this turn, where a wake word did, and the audio time at which it had been said.
    pub called_by: (String, Millis),
    /// The recogniser has read it, too.
    pub called: bool,
    /// Where what is being transcribed begins.
    pub begins_at: Millis,
    /// From where to where all of the utterance was transcribed last.
    pub heard: Option<(Millis, Millis)>,
    /// Whose voice that is.
    pub speaker: Option<super::speaker::Asked>,
    pub lending: Lending,
    pub calling: Calling,
}

/// Starts the session's task.
pub fn start(house: Arc<House>, spec: EndpointSpec, opened: SessionOpened, registry: Weak<Sessions>) -> Arc<Shared> {
    let (messages, inbox) = mpsc::channel(QUEUE);
    let to_session = messages.clone();
    let on_vad = Arc::new(move |event: Result<(f32, Millis), rosie_core::Failure>| {
        // A full queue means the task is far behind; a lost frame of probability is the least harm.
        let _ = to_session.try_send(match event {
            Ok((probability, audio)) => Message::Vad { probability, audio },
            Err(failure) => Message::VadFailed(failure),
        });
    });
    let set = kept::stored_wake(&house, &spec.endpoint);
    let settings = set.clone().over(house.config().wake_word.settings(&spec.endpoint));
    let waking = waking(&house, settings, messages.clone());
    let language = spec.language.clone();
    let shared = Arc::new(Shared {
        ears: Arc::new(Ears::new(house.engines().vad.clone(), on_vad, waking)),
        outlet: Arc::default(),
        messages,
        connection: AtomicU64::new(0),
        state: Mutex::new(TurnState::Idle),
        volume: AtomicU8::new(opened.volume_percent),
        brightness: AtomicU8::new(opened.brightness_percent),
        do_not_disturb: AtomicBool::new(kept::is_not_disturbed(&house, &spec.endpoint)),
        hears_until: AtomicI64::new(0),
        wake: Mutex::new(WakeThere { listens: None, set }),
        utterance: Mutex::default(),
        spec,
        opened,
    });
    let turn = TurnEngine::new(house.config().turn(), TurnId(0));
    let actor = Actor {
        shared: shared.clone(),
        house: house.clone(),
        turn,
        started: Instant::now(),
        deadline: None,
        language,
        recorder: None,
        voice: None,
        splitter: SentenceSplitter::new(&Language::default()),
        reply: ReplyText::default(),
        last_reply: String::new(),
        answering: CancelFlag::new(),
        transcriptions: HashMap::new(),
        compute_ms: 0,
        speech_from: None,
        audio_now: Millis(0),
        conversation: (ConversationId(uuid::Uuid::now_v7().to_string()), Millis(0)),
        detached_at: None,
        vad_warned: false,
        called_by: (String::new(), Millis(0)),
        called: false,
        begins_at: Millis(0),
        heard: None,
        speaker: None,
        lending: Lending::default(),
        calling: Calling::default(),
    };
    let session = shared.opened.session.clone();
    house.tracker.spawn(async move {
        actor.run(inbox).await;
        if let Some(registry) = registry.upgrade() {
            registry.ended(&session);
        }
    });
    shared
}

impl Actor {
    pub fn now(&self) -> Millis {
        Millis(self.started.elapsed().as_millis() as u64)
    }

    pub fn playback_rate(&self) -> SampleRate {
        SampleRate(self.shared.spec.playback_rate)
    }

    /// The conversation in progress, or a new one.
    pub fn conversation(&mut self) -> ConversationId {
        let now = self.now();
        if now.since(self.conversation.1) > CONVERSATION_MS {
            self.conversation.0 = ConversationId(uuid::Uuid::now_v7().to_string());
        }
        self.conversation.1 = now;
        self.conversation.0.clone()
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        let stopping = self.house.stopping.clone();
        loop {
            let wake_at = self.next_wake().map(|at| self.started + Duration::from_millis(at.0));
            let message = tokio::select! {
                biased;
                () = stopping.cancelled() => Some(Message::End),
                message = inbox.recv() => message,
                () = sleep_until(wake_at) => { self.on_time(); self.drain(); continue }
            };
            let Some(message) = message else { break };
            if matches!(message, Message::End) || !self.take(message) {
                break;
            }
            self.drain();
            if self.expired() {
                break;
            }
        }
        let now = self.now();
        self.house.arbitration.vanish(&self.shared.place().session);
        self.turn.handle_input(Input::Cancel, now);
        self.drain();
        self.shared.outlet.detach();
    }

    /// The soonest of: the turn's deadline, the voice's next sentence, the end of waiting for a lost endpoint.
    fn next_wake(&self) -> Option<Millis> {
        let resume_by = self.detached_at.map(|at| at + self.house.config().server.resume_ms);
        let voice = self.voice.as_ref().and_then(Voice::resume_at);
        [self.deadline, voice, resume_by, self.calling.stands_by]
            .into_iter()
            .flatten()
            .min()
    }

    fn expired(&self) -> bool {
        let resume_ms = self.house.config().server.resume_ms;
        self.detached_at.is_some_and(|at| self.now().since(at) >= resume_ms)
    }

    fn on_time(&mut self) {
        let now = self.now();
        self.pump_voice(now);
        self.turn.handle_timeout(now);
        self.ask_again(now);
        if self.expired() {
            let _ = self.shared.messages.try_send(Message::End);
        }
    }

    /// Carries out every order the engine has.
    pub(super) fn drain(&mut self) {
        while let Some(output) = self.turn.poll_output() {
            match output {
                Output::Timeout(at) => self.deadline = at,
                output => self.perform(output),
            }
        }
    }

    /// Takes one message; false ends the session.
    fn take(&mut self, message: Message) -> bool {
        let now = self.now();
        let input = match message {
            Message::Press { audio } => self.pressed(audio),
            Message::Release { audio } => Input::Release { audio },
            Message::HandsFree(on) => Input::HandsFree(on),
            Message::CalledByName(on) => self.called_by_name(on),
            Message::InterruptedBySpeech(on) => Input::CalledByName(!on),
            Message::Text(text) => Input::Text(text),
            Message::Cancel => {
                (self.house.silence)(&self.shared.place());
                Input::Cancel
            }
            Message::PlaybackFinished { turn_id } => Input::PlaybackFinished { turn_id },
            Message::Mute(on) => {
                self.house.happens(Happening::Endpoints);
                Input::Mute(on)
            }
            Message::Volume(percent) => {
                self.set_volume(i32::from(percent));
                return true;
            }
            Message::Announce(text) => Input::Announce(text),
            Message::AnnounceSound { sound, lent } => return self.announce_sound(sound, lent),
            Message::Borrower(what) => return self.on_borrower(what),
            Message::Vad { probability, audio } => {
                self.audio_now = audio;
                self.send_speech();
                Input::Vad {
                    probability,
                    audio,
                    frame_ms: crate::engines::VAD_FRAME_MS,
                }
            }
            Message::Transcript {
                turn_id,
                attempt,
                result,
            } => return self.on_transcript(turn_id, attempt, result),
            Message::Judged {
                turn_id,
                attempt,
                finished,
            } => Input::Judged {
                turn_id,
                attempt,
                finished,
            },
            Message::Speaker(turn_id, speaker, waited_ms) => return self.on_speaker(turn_id, &speaker, waited_ms),
            Message::Dialog { turn_id, event } => return self.on_dialog(turn_id, event),
            Message::Replied { turn_id, result } => return self.on_replied(turn_id, result),
            Message::AudioSent { turn_id, total_ms } => return self.on_audio_sent(turn_id, total_ms),
            Message::SentenceDone { turn_id, failure } => return self.on_sentence_done(turn_id, failure),
            Message::Language(language) => {
                self.language = language;
                return true;
            }
            Message::VadFailed(failure) => return self.on_vad_failed(failure),
            Message::WakeHeard { word, audio, hearing } => return self.on_wake_word(word, audio, hearing),
            Message::Arbitrated(ruling) => return self.obey(ruling),
            Message::WakeReplaced => {
                self.shared.listen_as_set(&self.house);
                self.house.happens(Happening::Endpoints);
                return true;
            }
            Message::VadReplaced => {
                self.shared.ears.use_engine(self.house.engines().vad.clone());
                return true;
            }
            Message::Attached => {
                self.house.happens(Happening::Endpoints);
                self.detached_at = None;
                return true;
            }
            Message::Detached => {
                self.house.happens(Happening::Endpoints);
                self.shared.ears.listen_for_wake_word(false);
                self.shared.wake().listens = None;
                self.detached_at = Some(now);
                self.house.arbitration.vanish(&self.shared.place().session);
                self.turn.handle_input(Input::HandsFree(false), now);
                Input::Cancel
            }
            Message::End => return false,
        };
        self.turn.handle_input(input, now);
        true
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
