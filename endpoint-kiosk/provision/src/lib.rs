//! Makes an Android device a kiosk of Rosie, over adb: looks at it, says what is missing and what would be done, does it step by
//! step, and can take it back. What is known and wanted becomes a plan without touching anything ([`plan`]); everything that
//! reaches a device goes through [`adb`].

#![forbid(unsafe_code)]

pub mod adb;
pub mod apk;
pub mod authority;
pub mod cli;
pub mod facts;
pub mod journal;
pub mod lever;
pub mod models;
pub mod plan;
pub mod report;
pub mod run;
pub mod steps;
pub mod values;
