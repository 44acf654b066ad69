//! Open-Meteo: asked only when somebody asks about the weather, at most every ten minutes, and only where the owner gave a
//! place. It is told the place to a hundredth of a degree (about a kilometre), and nothing else.

use super::{CALL, HOME_CALL, answer, parse, report::Report};
use crate::{
    Clock, HubError,
    clock::{now_in, zone},
    integration::{Ground, Integration, View},
    web,
};
use jiff::tz::TimeZone;
use reqwest::{StatusCode, Url};
use rosie_core::{
    BoxFuture, CallContext, ErrorCode, Failure, KnownNames, ToolCall, ToolOutcome, dialog::EntityState,
    engine::EngineHealth,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// For an answer; longer nobody waits.
const PATIENCE: Duration = Duration::from_secs(6);
/// A report is good for so long.
const FRESH_MS: u64 = 10 * 60_000;
/// An old one is better than none for so long.
const STALE_MS: u64 = 12 * 3_600_000;
/// Who failed is left alone for so long.
const PAUSE_MS: u64 = 60_000;
/// Bytes of an answer; eight days are 15 kB.
const LARGEST: usize = 1 << 20;
const DAYS: &str = "8";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    Metric,
    Imperial,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OpenMeteoConfig {
    url: Url,
    zone: TimeZone,
}

impl OpenMeteoConfig {
    /// `url`: of the service ("https://api.open-meteo.com"). `time_zone`: an IANA name; `None` takes the machine's.
    pub fn new(
        url: &str,
        (latitude, longitude): (f64, f64),
        units: Units,
        time_zone: Option<&str>,
    ) -> Result<Self, HubError> {
        let zone = zone(time_zone)?;
        let base = Url::parse(url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let base = base.ok_or_else(|| HubError::WeatherAddress(url.to_owned()))?;
        let mut url = base
            .join("/v1/forecast")
            .map_err(|_| HubError::WeatherAddress(url.to_owned()))?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("latitude", &format!("{latitude:.2}"));
            query.append_pair("longitude", &format!("{longitude:.2}"));
            query.append_pair("current", "temperature_2m,weather_code,wind_speed_10m,is_day");
            query.append_pair("hourly", "weather_code,precipitation,precipitation_probability");
            query.append_pair(
                "daily",
                "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,precipitation_probability_max,\
                 wind_speed_10m_max",
            );
            query.append_pair("timezone", zone.iana_name().unwrap_or("auto"));
            query.append_pair("forecast_days", DAYS);
            if units == Units::Imperial {
                query.append_pair("temperature_unit", "fahrenheit");
                query.append_pair("wind_speed_unit", "mph");
                query.append_pair("precipitation_unit", "inch");
            }
        }
        Ok(Self { url, zone })
    }
}

#[derive(Default)]
struct Known {
    report: Option<(Arc<Report>, u64)>,
    /// When it last failed, and how.
    failed: Option<(u64, Failure)>,
}

/// The integration.
pub struct OpenMeteo {
    config: OpenMeteoConfig,
    clock: Arc<dyn Clock>,
    http: reqwest::Client,
    known: Mutex<Known>,
    /// Two who ask at once ask once.
    asking: tokio::sync::Mutex<()>,
    ground: Mutex<Option<Ground>>,
}

impl OpenMeteo {
    pub fn new(config: OpenMeteoConfig, clock: Arc<dyn Clock>) -> Result<Self, HubError> {
        Ok(Self {
            config,
            clock,
            http: web::client()?,
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            ground: Mutex::default(),
        })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A report, and its age in milliseconds.
    async fn report(&self) -> Result<(Arc<Report>, u64), Failure> {
        let _one = self.asking.lock().await;
        let now = self.clock.unix_ms();
        let (kept, failed) = {
            let known = self.known();
            (known.report.clone(), known.failed.clone())
        };
        let age = |at: u64| now.saturating_sub(at);
        if let Some((report, at)) = &kept
            && age(*at) < FRESH_MS
        {
            return Ok((report.clone(), age(*at)));
        }
        let failure = match failed.filter(|(at, _)| age(*at) < PAUSE_MS) {
            Some((_, failure)) => failure,
            None => match self.fetch().await {
                Ok(report) => {
                    let report = Arc::new(report);
                    *self.known() = Known {
                        report: Some((report.clone(), now)),
                        failed: None,
                    };
                    self.health(EngineHealth::Ready);
                    return Ok((report, 0));
                }
                Err(failure) => {
                    tracing::warn!(code = failure.code.as_str(), detail = %failure.detail, "there is no new weather report");
                    self.known().failed = Some((now, failure.clone()));
                    self.health(EngineHealth::Degraded {
                        reason: failure.detail.clone(),
                    });
                    failure
                }
            },
        };
        match kept.filter(|(_, at)| age(*at) < STALE_MS) {
            Some((report, at)) => Ok((report, age(at))),
            None => Err(failure),
        }
    }

    fn health(&self, health: EngineHealth) {
        if let Some(ground) = &*self.ground.lock().unwrap_or_else(PoisonError::into_inner) {
            ground.board.health(health);
        }
    }

    async fn fetch(&self) -> Result<Report, Failure> {
        let unavailable = |detail: String| Failure::new(ErrorCode::WeatherUnavailable, detail);
        let broken = |error: reqwest::Error| {
            let why = match (error.is_timeout(), error.is_connect()) {
                (true, _) => "it does not answer in time".to_owned(),
                (_, true) => format!(
                    "it cannot be reached ({}): is there a way to the internet?",
                    web::innermost(&error)
                ),
                _ => "its answer broke off".to_owned(),
            };
            unavailable(format!("Open-Meteo: {why}"))
        };
        let answer = self.http.get(self.config.url.clone());
        let mut answer = answer.timeout(PATIENCE).send().await.map_err(broken)?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(unavailable("Open-Meteo: its answer is too large to be one".to_owned()));
            }
        }
        if status == StatusCode::OK {
            let report = parse::report(&body);
            return report.ok_or_else(|| unavailable("Open-Meteo: its answer is no weather report".to_owned()));
        }
        let reason = parse::reason(&body).unwrap_or_else(|| "it gives no reason".to_owned());
        let advice = match status {
            StatusCode::BAD_REQUEST => "; check weather.latitude and weather.longitude",
            StatusCode::TOO_MANY_REQUESTS => "; it will be asked again in a minute",
            _ => "",
        };
        Err(unavailable(format!(
            "Open-Meteo refuses (HTTP {}): {reason}{advice}",
            status.as_u16()
        )))
    }

    async fn tried(&self) -> Result<String, Failure> {
        self.fetch().await?;
        Ok("The service answers with a weather report for this place.".to_owned())
    }

    async fn carry_out(&self, call: ToolCall) -> ToolOutcome {
        let (report, age_ms) = self.report().await?;
        let now = now_in(&self.config.zone, &*self.clock)?;
        Ok(answer(&call, &report, age_ms / 1000, &now))
    }
}

/// Nothing in a home.
struct Sky;

impl View for Sky {
    fn names(&self) -> KnownNames {
        KnownNames::new()
    }

    fn entities(&self) -> Vec<EntityState> {
        Vec::new()
    }

    fn confirmation(&self, _: &ToolCall, _: &CallContext) -> Option<BTreeMap<String, String>> {
        None
    }
}

impl Integration for OpenMeteo {
    fn name(&self) -> &'static str {
        "weather"
    }

    fn calls(&self) -> &'static [&'static str] {
        &[CALL, HOME_CALL]
    }

    fn shares(&self) -> &'static [&'static str] {
        &[CALL, HOME_CALL]
    }

    fn initialize(self: Arc<Self>, ground: Ground) -> BoxFuture<'static, Result<(), Failure>> {
        Box::pin(async move {
            ground.board.what("Open-Meteo".to_owned());
            ground.board.view(Some(Arc::new(Sky)));
            // It is asked when somebody asks: until then there is nothing that could be wrong.
            ground.board.health(EngineHealth::Ready);
            *self.ground.lock().unwrap_or_else(PoisonError::into_inner) = Some(ground.clone());
            ground.ending.cancelled().await;
            Ok(())
        })
    }

    fn probe(&self) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(self.tried())
    }

    fn handle(&self, call: ToolCall, _context: CallContext) -> BoxFuture<'_, ToolOutcome> {
        Box::pin(self.carry_out(call))
    }
}
