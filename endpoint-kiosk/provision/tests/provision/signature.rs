//! The signature of an APK: by whom, and over every byte.

use crate::fake::apk::Signer;
use rosie_kiosk::apk::{Apk, ApkError};

#[test]
fn whose_it_is_and_that_no_byte_was_changed() {
    let signer = Signer::new();
    let whole = signer.sign(&[b'x'; 3_000_000]);
    assert_eq!(Apk::check(whole.clone()).unwrap().signer, signer.digest());
    for at in [0, 2_999_999, whole.len() - 30] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert_eq!(Apk::check(changed).unwrap_err(), ApkError::NotValid, "byte {at}");
    }
}

/// Whatever is damaged, it is an error and no panic.
#[test]
fn what_is_no_apk_is_said() {
    let whole = Signer::new().sign(b"contents");
    assert_eq!(Apk::check(Vec::new()).unwrap_err(), ApkError::NoZip);
    assert_eq!(Apk::check(b"#!/bin/sh".to_vec()).unwrap_err(), ApkError::NoZip);
    let mut plain = b"PK\x05\x06".to_vec();
    plain.extend([0; 18]);
    assert_eq!(Apk::check(plain).unwrap_err(), ApkError::NotSigned);
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x80;
        assert!(Apk::check(damaged).is_err(), "byte {at}");
        assert!(Apk::check(whole[..at].to_vec()).is_err(), "cut at {at}");
    }
}
