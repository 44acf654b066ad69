//! Requests and answers: what is served, to whom, and how refusals look.

mod action;
mod assets;
mod body;
mod guard;
mod openapi;
mod respond;
mod routes;
mod service;

pub(crate) use assets::Assets;
pub(crate) use openapi::OpenApi;
pub(crate) use respond::ApiError;
pub(crate) use service::HttpService;
