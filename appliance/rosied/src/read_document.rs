//! `rosied read-document MEDIA-TYPE`: reads one untrusted document from its input and writes its pieces. It gives up what
//! it does not need before it looks at it: files, the network, memory without end.

use anyhow::{Context, Result, bail};
use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, Scope};
use nix::sys::{
    prctl,
    resource::{Resource, setrlimit},
    signal::Signal,
};
use rosie_core::memory::MAX_DOCUMENT_BYTES;
use rosie_memory::documents::{DEADLINE, Format, Reader, answer, read};
use std::{io::Read, process::ExitCode};

/// First argument that makes a process of `rosied` one of these.
pub const COMMAND: &str = "read-document";
/// What a document of the allowed size needs at most, many times over.
const MEMORY_BYTES: u64 = 1 << 30;

/// For the daemon's memory: this very program.
pub fn reader() -> Reader {
    Reader::new("/proc/self/exe".into(), vec![COMMAND.to_owned()])
}

pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rosied {COMMAND}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    bound()?;
    let format = match std::env::args().nth(2).as_deref() {
        Some("application/pdf") => Format::Pdf,
        Some("text/html") => Format::Html,
        Some("text/markdown") => Format::Markdown,
        Some("text/plain") => Format::Text,
        other => bail!("no document has the type {other:?}"),
    };
    let mut bytes = Vec::new();
    let most = MAX_DOCUMENT_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    answer(read(&bytes, format), std::io::stdout().lock())?;
    Ok(())
}

fn bound() -> Result<()> {
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    prctl::set_no_new_privs()?;
    for (what, most) in [
        (Resource::RLIMIT_DATA, MEMORY_BYTES),
        (Resource::RLIMIT_CPU, DEADLINE.as_secs()),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_CORE, 0),
    ] {
        setrlimit(what, most, most).with_context(|| format!("{what:?} cannot be set"))?;
    }
    // Where the kernel does not know it, the other bounds hold.
    let abi = ABI::V6;
    Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(())
}
