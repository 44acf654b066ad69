//! One thread's Whisper: from an utterance to its transcript.

use super::bias::Bias;
use super::ffi::{Context, State, Token};
use super::greedy::{Decoded, Dice, Interrupted, Search, greedy, probability};
use super::hook::EncoderLink;
use super::windows::{audio_ctx, heard_positions, token_limit, windows};
use super::{WhisperConfig, encoder, gate};
use crate::SpeechError;
use crate::runtime::Runtime;
use crate::stt::service::{Recognizer, Signal};
use crate::stt::speechless::{Evidence, Heard, is_speechless, spoken};
use crate::vad::Silero;
use rosie_core::engine::{SttJob, SttPriority, Transcript};
use rosie_core::{ErrorCode, Failure, Language, SampleRate};
use std::sync::Arc;

/// Shorter audio is filled up with silence: whisper.cpp reads 201 samples in any case.
const SHORTEST: usize = 4_000;

/// Mean log probability under which words are a guess.
const UNSURE: f32 = -1.0;
/// Chances that a guess is given, and how far from the likeliest word. Measured on 46 such utterances in de, es, fr with
/// 228 words: 222 errors without, 200 with three (and with eight); 204 at 0.2, 207 at 0.7, five each.
const GUESSES: u32 = 3;
const GUESS_TEMPERATURE: f32 = 0.4;

pub struct WhisperRecognizer {
    context: Arc<Context>,
    /// `None` at rest: some 40 MB of buffers, made anew in the time of a token or two.
    state: Option<State>,
    link: Option<Arc<EncoderLink>>,
    vad: Option<Silero>,
    threads: usize,
    languages: Vec<(String, Token)>,
    space: Token,
    degraded: Option<String>,
}

/// What was made of one piece of audio.
struct Piece {
    text: String,
    logprob: f32,
    tokens: usize,
    speechless: bool,
}

impl WhisperRecognizer {
    /// # Errors
    /// `Missing`, `Damaged` or `Runtime`, for the parts that it cannot do without.
    pub fn load(config: &WhisperConfig, context: Arc<Context>) -> Result<Self, SpeechError> {
        let threads = config.threads.max(1);
        let runtime = config.runtime.as_deref().map(Runtime::get).transpose()?;
        let vad = match (&config.vad_model, runtime) {
            (Some(model), Some(runtime)) => Some(Silero::load(runtime, model)?),
            _ => None,
        };
        let mut degraded = None;
        let link = match (&config.encoder, runtime) {
            (Some(file), Some(runtime)) if file.exists() => encoder::load(runtime, file, &context, threads)
                .map_or_else(
                    |error| {
                        degraded = Some(format!("transcribing at half the speed: {error}"));
                        None
                    },
                    Some,
                ),
            _ => None,
        };
        let languages = if context.is_multilingual() {
            context.languages()
        } else {
            Vec::new()
        };
        let space = context.tokenize(" ").first().copied().unwrap_or(220);
        let mut recognizer = Self {
            context,
            state: None,
            link,
            vad,
            threads,
            languages,
            space,
            degraded,
        };
        recognizer.warm_up()?;
        Ok(recognizer)
    }

    /// One run, so that the first real one finds its memory allocated; it also teaches the encoder silence.
    fn warm_up(&mut self) -> Result<(), SpeechError> {
        let positions = audio_ctx(SHORTEST, self.context.audio_ctx());
        if let Some(link) = &self.link {
            let failed = |reason| SpeechError::Inference {
                what: "the Whisper encoder",
                reason,
            };
            link.learn_silence(self.context.n_mels(), positions).map_err(failed)?;
            link.listen_to(0);
        }
        let (threads, sot) = (self.threads, self.context.tokens().sot);
        let state = self.state()?;
        state.set_audio(&[0.0; SHORTEST], positions, threads)?;
        state.encode(threads)?;
        state.decode(&[sot], 0, threads)?;
        Ok(())
    }

    fn state(&mut self) -> Result<&mut State, SpeechError> {
        if self.state.is_none() {
            self.state = Some(State::new(&self.context, self.link.clone())?);
        }
        self.state.as_mut().ok_or(SpeechError::Inference {
            what: "a Whisper state",
            reason: "it is gone".to_owned(),
        })
    }

    fn piece(
        &mut self,
        audio: &[f32],
        language: &mut Option<(String, Token)>,
        job: &SttJob,
        signal: &Signal,
    ) -> Result<Piece, Interrupted> {
        let mut heard = match &mut self.vad {
            Some(vad) => gate::listen(vad, audio)?,
            None => Heard::Unknown,
        };
        if heard == Heard::Nothing {
            return Ok(Piece {
                text: String::new(),
                logprob: 0.0,
                tokens: 0,
                speechless: true,
            });
        }
        let bias = Bias::new(&job.bias, &self.context);
        let most = self.context.audio_ctx();
        let positions = audio_ctx(audio.len(), most);
        self.encode(audio, positions, job.priority == SttPriority::Partial, signal)?;
        let mut decoded = self.decode(audio, &bias, language, job, signal, None)?;
        if decoded.looped && positions < most {
            // A loop comes with too little context, and sounds sure of itself: once more with all of it.
            self.encode(audio, most, false, signal)?;
            decoded = self.decode(audio, &Bias::default(), language, job, signal, None)?;
        } else if bias.is_echo(&self.text(&decoded.tokens)) {
            decoded = self.decode(audio, &Bias::default(), language, job, signal, None)?;
        }
        if heard == Heard::Speech
            && decoded.avg_logprob() < UNSURE
            && let Some(vad) = &mut self.vad
            && gate::is_clear(vad, audio)?
        {
            heard = Heard::Clear;
            if job.priority != SttPriority::Partial {
                decoded = self.guess(decoded, audio, &bias, language, job, signal)?;
            }
        }
        let text = self.text(&decoded.tokens);
        let no_speech = self.no_speech(&decoded, heard)?;
        let speechless = is_speechless(&Evidence {
            text: &text,
            heard,
            avg_logprob: decoded.avg_logprob(),
            no_speech,
            looped: decoded.looped,
        });
        Ok(Piece {
            text: spoken(&text),
            logprob: decoded.logprob,
            tokens: decoded.tokens.len() + 1,
            speechless,
        })
    }

    /// A `draft` takes known silence as read, which is quicker and costs a word now and then.
    fn encode(&mut self, audio: &[f32], positions: usize, draft: bool, signal: &Signal) -> Result<(), Interrupted> {
        let (threads, link) = (self.threads, self.link.clone());
        let state = self.state()?;
        state.set_audio(audio, positions, threads)?;
        let done = match &link {
            None => state.encode(threads),
            Some(link) => {
                link.resume();
                link.listen_to(if draft { heard_positions(audio.len()) } else { 0 });
                let link = link.clone();
                signal.interruptible(move || link.interrupt(), || state.encode(threads))
            }
        };
        if signal.stopped() {
            Err(Interrupted::Stopped)
        } else {
            Ok(done?)
        }
    }

    fn decode(
        &mut self,
        audio: &[f32],
        bias: &Bias,
        language: &mut Option<(String, Token)>,
        job: &SttJob,
        signal: &Signal,
        dice: Option<Dice>,
    ) -> Result<Decoded, Interrupted> {
        let special = self.context.tokens();
        let mut prompt = Vec::new();
        if !bias.tokens.is_empty() {
            prompt.push(special.prev);
            prompt.extend(&bias.tokens);
        }
        prompt.push(special.sot);
        let mut fed = 0;
        if self.context.is_multilingual() {
            if language.is_none() {
                *language = self.only_language(job);
            }
            if language.is_none() {
                let threads = self.threads;
                let logits = self.state()?.decode(&prompt, 0, threads)?.to_vec();
                fed = prompt.len();
                *language = likeliest(&logits, &self.languages, &job.languages);
            }
            if let Some((_, token)) = language {
                prompt.extend([*token, special.transcribe]);
            }
        }
        prompt.push(special.no_timestamps);
        let search = Search {
            special,
            space: self.space,
            threads: self.threads,
            limit: token_limit(audio.len()),
            dice,
            stop: &|| signal.stopped(),
        };
        greedy(self.state()?, &prompt, fed, &search)
    }

    /// Other readings of what somebody clearly said and was hardly understood; the likeliest as a whole, which is not
    /// what the likeliest word at each step leads to.
    fn guess(
        &mut self,
        first: Decoded,
        audio: &[f32],
        bias: &Bias,
        language: &mut Option<(String, Token)>,
        job: &SttJob,
        signal: &Signal,
    ) -> Result<Decoded, Interrupted> {
        // What is no words stays so ("[Music]" of a crowd), and words are not given up for something shorter that is none.
        let are_words = |text: &str, avg_logprob: f32| {
            !is_speechless(&Evidence {
                text,
                heard: Heard::Clear,
                avg_logprob,
                no_speech: 0.0,
                looped: false,
            })
        };
        let mut likeliest = first;
        if !are_words(&self.text(&likeliest.tokens), 0.0) {
            return Ok(likeliest);
        }
        for i in 0..GUESSES {
            let dice = Dice {
                temperature: GUESS_TEMPERATURE,
                seed: i * 7_919 + 1,
            };
            let other = self.decode(audio, bias, language, job, signal, Some(dice))?;
            let text = self.text(&other.tokens);
            if !other.looped
                && other.logprob > likeliest.logprob
                && are_words(&text, other.avg_logprob())
                && !bias.is_echo(&text)
            {
                likeliest = other;
            }
        }
        Ok(likeliest)
    }

    /// The one language the job allows, if it allows one and the model knows it.
    fn only_language(&self, job: &SttJob) -> Option<(String, Token)> {
        match &job.languages[..] {
            [one] => self.languages.iter().find(|(code, _)| code == one.primary()).cloned(),
            _ => None,
        }
    }

    /// Whisper's own probability that nobody spoke; asked only when there is reason to doubt.
    fn no_speech(&mut self, decoded: &Decoded, heard: Heard) -> Result<f32, SpeechError> {
        if heard == Heard::Speech && decoded.avg_logprob() > -0.6 {
            return Ok(0.0);
        }
        let (special, threads) = (self.context.tokens(), self.threads);
        let logits = self.state()?.decode(&[special.sot], 0, threads)?;
        Ok(probability(logits, special.no_speech))
    }

    fn text(&self, tokens: &[Token]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&token| self.context.token_bytes(token))
            .copied()
            .collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

impl Recognizer for WhisperRecognizer {
    fn recognize(&mut self, job: &SttJob, signal: &Signal) -> Result<Transcript, Failure> {
        let mut language = None;
        let (mut texts, mut logprob, mut tokens) = (Vec::new(), 0.0, 0);
        for window in windows(&job.audio) {
            let mut audio = std::borrow::Cow::Borrowed(window);
            if audio.len() < SHORTEST {
                audio.to_mut().resize(SHORTEST, 0.0);
            }
            let piece = match self.piece(&audio, &mut language, job, signal) {
                Ok(piece) => piece,
                Err(Interrupted::Stopped) => return Err(Failure::new(ErrorCode::SttUnavailable, "stopped")),
                Err(Interrupted::Failed(error)) => return Err(error.failure(ErrorCode::SttUnavailable)),
            };
            if !piece.speechless {
                texts.push(piece.text);
                logprob += piece.logprob;
                tokens += piece.tokens;
            }
        }
        if texts.is_empty() {
            return Err(Failure::new(ErrorCode::SttNoTextRecognized, "nobody spoke words"));
        }
        Ok(Transcript {
            text: texts.join(" "),
            language: named(language.as_ref().map_or("en", |(code, _)| code), &job.languages),
            avg_logprob: logprob / tokens.max(1) as f32,
            audio_ms: SampleRate::HEARING.millis(job.audio.len()),
            compute_ms: 0,
        })
    }

    fn rest(&mut self) {
        self.state = None;
        if let Some(link) = &self.link
            && let Err(error) = link.rest(self.context.n_mels())
        {
            tracing::debug!(error, "the encoder keeps its memory");
        }
    }

    fn degraded(&self) -> Option<String> {
        self.degraded.clone()
    }
}

/// The likeliest of `allowed`; of all, when none is given or the model knows none of them.
fn likeliest(logits: &[f32], known: &[(String, Token)], allowed: &[Language]) -> Option<(String, Token)> {
    let score = |token: Token| logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
    let best =
        |all: &mut dyn Iterator<Item = &(String, Token)>| all.max_by(|a, b| score(a.1).total_cmp(&score(b.1))).cloned();
    best(
        &mut known
            .iter()
            .filter(|(code, _)| allowed.iter().any(|l| l.primary() == code)),
    )
    .or_else(|| best(&mut known.iter()))
}

/// The language by the name that the house uses for it.
fn named(code: &str, house: &[Language]) -> Language {
    house
        .iter()
        .find(|l| l.primary() == code)
        .cloned()
        .unwrap_or_else(|| Language::new(code))
}
