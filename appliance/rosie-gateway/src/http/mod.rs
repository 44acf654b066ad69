//! Requests and answers: what is served, to whom, and how refusals look.

mod access;
mod accounts;
mod action;
mod admit;
mod assets;
mod backups;
mod body;
mod certificate;
mod deeds;
mod guard;
mod integrations;
mod logs;
mod mcp;
mod memory;
mod models;
mod network;
mod openapi;
mod pieces;
mod plain;
mod plugins;
mod rates;
mod respond;
mod routes;
mod service;
mod speakers;
mod transfer;
mod updates;
mod wav;

pub(crate) use assets::Assets;
pub(crate) use guard::HOME_SUFFIXES;
pub(crate) use openapi::OpenApi;
pub(crate) use pieces::AnswerBody;
pub(crate) use rates::Rates;
pub(crate) use respond::{Answer, ApiError};
pub(crate) use service::HttpService;
