//! What can be wrong with a card, in words that say what to do.

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeviceError {
    #[error("no sound card with one is connected")]
    NoCard,
    #[error("{pcm}: {why}")]
    Pcm { pcm: String, why: String },
    #[error("{pcm} gave no sound for {seconds} s")]
    Silent { pcm: String, seconds: u64 },
    #[error("{hat}: {why}")]
    Hat { hat: &'static str, why: String },
}

impl DeviceError {
    pub(crate) fn pcm(pcm: &str, error: alsa::Error) -> Self {
        let why = match error.errno() {
            libc::ENOENT | libc::ENXIO => {
                "there is no such card or name; `arecord -L` and `aplay -L` list them".to_owned()
            }
            libc::ENODEV => "the card is gone".to_owned(),
            libc::EBUSY => {
                "another program has it: end that, or name a device that can be shared (`default`)".to_owned()
            }
            libc::EACCES | libc::EPERM => "not allowed: who runs Rosie must be in the group audio".to_owned(),
            errno => format!("{} ({})", std::io::Error::from_raw_os_error(errno), error.func()),
        };
        Self::Pcm {
            pcm: pcm.to_owned(),
            why,
        }
    }
}
