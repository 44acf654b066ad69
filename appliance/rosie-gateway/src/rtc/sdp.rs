//! What is looked at in the text of offers, answers and candidates before and after the engine does.

use std::net::{IpAddr, SocketAddr};

/// The most lines that an offer with one section of audio can need.
const MOST_LINES: usize = 400;
/// Candidates that an offer may bring with it.
const MOST_CANDIDATES: usize = 64;

/// Whether this is an offer of audio and of nothing else: no pictures and no data channels reach the engine. The sentence says
/// what would be right.
pub(crate) fn check_offer(sdp: &str) -> Result<(), String> {
    if !sdp.starts_with("v=0") {
        return Err("`sdp` must be the SDP of an offer, beginning with v=0".to_owned());
    }
    if sdp.chars().any(|c| c.is_control() && c != '\r' && c != '\n') {
        return Err("`sdp` must not have control characters".to_owned());
    }
    let (mut lines, mut candidates, mut sections) = (0, 0, Vec::new());
    for line in sdp.lines() {
        lines += 1;
        if let Some(section) = line.strip_prefix("m=") {
            sections.push(section);
        }
        candidates += usize::from(line.starts_with("a=candidate:"));
    }
    if lines > MOST_LINES || candidates > MOST_CANDIDATES {
        return Err(format!(
            "`sdp` may have {MOST_LINES} lines and {MOST_CANDIDATES} candidates"
        ));
    }
    match sections[..] {
        [section] if section.starts_with("audio ") => {}
        _ => return Err("`sdp` must have exactly one section, which is audio".to_owned()),
    }
    let has_opus = sdp.lines().any(|line| opus_payload(line).is_some());
    has_opus
        .then_some(())
        .ok_or_else(|| "`sdp` must offer opus/48000/2".to_owned())
}

/// The same offer without the candidates that are not to be tried.
pub(crate) fn with_usable_candidates(sdp: &str, near: bool) -> String {
    let usable = |line: &&str| {
        line.strip_prefix("a=")
            .filter(|attribute| attribute.starts_with("candidate:"))
            .is_none_or(|candidate| is_usable(candidate, near))
    };
    sdp.lines().filter(usable).fold(String::new(), |mut text, line| {
        text.push_str(line);
        text.push_str("\r\n");
        text
    })
}

/// The same answer, with which the endpoint's Opus leaves out the packets of silence.
pub(crate) fn with_dtx(answer: &str) -> String {
    let payload = answer.lines().find_map(opus_payload).unwrap_or_default();
    let format = format!("a=fmtp:{payload} ");
    answer.lines().fold(String::new(), |mut text, line| {
        text.push_str(line);
        if line.starts_with(&format) && !line.contains("usedtx=") {
            text.push_str(";usedtx=1");
        }
        text.push_str("\r\n");
        text
    })
}

/// The payload type in a line that maps it to Opus.
fn opus_payload(line: &str) -> Option<&str> {
    let (payload, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
    codec.eq_ignore_ascii_case("opus/48000/2").then_some(payload)
}

/// Whether a candidate (`candidate:… 1 udp 2122260223 192.168.1.7 51234 typ host …`, RFC 8839, section 5.1) is an address that
/// the appliance should send to: over UDP, of one machine. Names (`….local`, with which browsers hide addresses) need no looking
/// up: the endpoint's own packets tell where they come from. `near`: the endpoint is on this very machine.
pub(crate) fn is_usable(candidate: &str, near: bool) -> bool {
    let mut words = candidate.split_ascii_whitespace().skip(2);
    let Some("udp" | "UDP") = words.next() else {
        return false;
    };
    let (Some(_priority), Some(address), Some(port)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let (Ok(address), Ok(port)) = (address.parse::<IpAddr>(), port.parse::<u16>()) else {
        return false;
    };
    reaches_one(SocketAddr::new(address, port), near)
}

fn reaches_one(address: SocketAddr, near: bool) -> bool {
    let ip = address.ip().to_canonical();
    let everybody = match ip {
        IpAddr::V4(ip) => ip.is_broadcast(),
        IpAddr::V6(_) => false,
    };
    address.port() != 0 && !everybody && !ip.is_unspecified() && !ip.is_multicast() && (near || !ip.is_loopback())
}

#[cfg(test)]
#[path = "sdp_tests.rs"]
mod tests;
