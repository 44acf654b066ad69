//! Offers, answers and candidates as browsers write them, and as nobody should.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
    a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n";

fn candidate(address: &str) -> String {
    format!("candidate:1 1 udp 2122260223 {address} 51234 typ host generation 0")
}

#[test]
fn an_offer_is_of_audio_alone() {
    assert_eq!(check_offer(OFFER), Ok(()));
    for (offer, right) in [
        ("hello".to_owned(), "beginning with v=0"),
        (
            format!("{OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"),
            "exactly one section",
        ),
        (
            format!("{OFFER}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
            "exactly one section",
        ),
        (OFFER.replace("m=audio", "m=video"), "which is audio"),
        (OFFER.replace("opus", "PCMU"), "must offer opus"),
        (OFFER.replace("s=-", "s=\0"), "control characters"),
        (format!("{OFFER}{}", "a=x\r\n".repeat(MOST_LINES)), "lines"),
        (
            format!("{OFFER}{}", "a=candidate:1 1 udp\r\n".repeat(MOST_CANDIDATES + 1)),
            "candidates",
        ),
    ] {
        let wrong = check_offer(&offer).unwrap_err();
        assert!(wrong.contains(right), "{wrong}");
    }
}

#[test]
fn only_addresses_of_one_machine_are_tried() {
    for address in ["192.168.1.7", "10.0.0.1", "203.0.113.9", "fd00::1"] {
        assert!(is_usable(&candidate(address), false), "{address}");
    }
    for address in [
        "0.0.0.0",
        "224.0.0.251",
        "255.255.255.255",
        "ff02::fb",
        "::",
        "3f1e2d4c.local",
        "example.org",
    ] {
        assert!(!is_usable(&candidate(address), true), "{address}");
    }
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        assert!(is_usable(&candidate(address), true), "{address}");
        assert!(!is_usable(&candidate(address), false), "{address}");
    }
    assert!(!is_usable(&candidate("10.0.0.1").replace("udp", "tcp"), false));
    assert!(!is_usable(&candidate("10.0.0.1").replace("51234", "0"), false));
    let offer = format!("{OFFER}a={}\r\na={}\r\n", candidate("10.0.0.1"), candidate("127.0.0.1"));
    let usable = with_usable_candidates(&offer, false);
    assert!(
        usable.contains("10.0.0.1 51234") && !usable.contains("127.0.0.1 51234"),
        "{usable}"
    );
}

#[test]
fn the_answer_asks_for_pauses_once() {
    let answer = with_dtx(OFFER);
    assert!(answer.contains("useinbandfec=1;usedtx=1\r\n"), "{answer}");
    assert_eq!(with_dtx(&answer), answer);
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(text in "\\PC*", lines in "(v=0\r\n)?((m=|a=rtpmap:|a=fmtp:|a=candidate:)[ -~]{0,30}\r?\n){0,9}") {
        for text in [&text, &lines] {
            let _ = check_offer(text);
            let _ = with_dtx(text);
            let _ = is_usable(text, true);
            prop_assert!(with_usable_candidates(text, true).len() <= 2 * text.len() + 2);
        }
    }
}
