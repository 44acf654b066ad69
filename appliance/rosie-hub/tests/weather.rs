//! Open-Meteo, played by a small server that answers as its reference says (<https://open-meteo.com/en/docs>): and refuses,
//! breaks off, is slow, talks nonsense.
#![allow(clippy::unwrap_used)]

use rosie_core::{CallContext, ErrorCode, Failure, Language, ToolCall, ToolResult, TurnId};
use rosie_hub::{
    Clock,
    integration::Integration,
    weather::{OpenMeteo, OpenMeteoConfig, Units},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Monday, 5 January 2026, 14:30 in Berlin.
const NOW_MS: u64 = 1_767_619_800_000;

#[derive(Clone)]
enum Mood {
    Answers(u16, String),
    BreaksOff,
    IsSlow,
}

/// The service: its address, what it will do, what it was asked.
struct Service {
    url: String,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (mood, asked) = (Arc::new(Mutex::new(mood)), Arc::<Mutex<Vec<String>>>::default());
        let (serves, hears) = (mood.clone(), asked.clone());
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (mood, hears) = (serves.lock().unwrap().clone(), hears.clone());
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    let mut piece = [0; 4096];
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        match socket.read(&mut piece).await {
                            Ok(0) | Err(_) => return,
                            Ok(count) => request.extend_from_slice(&piece[..count]),
                        }
                    }
                    hears
                        .lock()
                        .unwrap()
                        .push(String::from_utf8_lossy(&request).into_owned());
                    let answer = match mood {
                        Mood::Answers(status, body) => format!(
                            "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                            body.len()
                        ),
                        Mood::BreaksOff => "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"current\":".to_owned(),
                        Mood::IsSlow => {
                            tokio::time::sleep(Duration::from_secs(60)).await;
                            String::new()
                        }
                    };
                    let _ = socket.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self { url, mood, asked }
    }

    fn turns(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

struct Watch(AtomicU64);

impl Clock for Watch {
    fn unix_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
    fn monotonic_ms(&self) -> u64 {
        self.unix_ms()
    }
}

/// Shape and field names of the reference.
fn forecast() -> Value {
    json!({
        "latitude": 52.52, "longitude": 13.42, "generationtime_ms": 0.2, "utc_offset_seconds": 3600,
        "timezone": "Europe/Berlin", "timezone_abbreviation": "GMT+1", "elevation": 38.0,
        "current_units": { "time": "iso8601", "interval": "seconds", "temperature_2m": "°C", "weather_code": "wmo code",
            "wind_speed_10m": "km/h", "is_day": "" },
        "current": { "time": "2026-01-05T14:30", "interval": 900, "temperature_2m": -1.6, "weather_code": 3,
            "wind_speed_10m": 9.7, "is_day": 1 },
        "hourly_units": { "time": "iso8601", "weather_code": "wmo code", "precipitation": "mm",
            "precipitation_probability": "%" },
        "hourly": {
            "time": ["2026-01-05T13:00", "2026-01-05T14:00", "2026-01-05T18:00", "2026-01-06T09:00"],
            "weather_code": [3, 3, 73, null], "precipitation": [0.0, 0.0, 1.1, 0.0],
            "precipitation_probability": [5, 5, 85, 0]
        },
        "daily_units": { "time": "iso8601", "weather_code": "wmo code", "temperature_2m_max": "°C",
            "temperature_2m_min": "°C", "precipitation_sum": "mm", "precipitation_probability_max": "%",
            "wind_speed_10m_max": "km/h" },
        "daily": {
            "time": ["2026-01-05", "2026-01-06"], "weather_code": [73, 0], "temperature_2m_max": [0.4, 3.5],
            "temperature_2m_min": [-4.1, null], "precipitation_sum": [1.1, 0.0], "precipitation_probability_max": [85, 0],
            "wind_speed_10m_max": [20.1, 14.0]
        }
    })
}

fn well() -> Mood {
    Mood::Answers(200, forecast().to_string())
}

fn weather(service: &Service) -> (OpenMeteo, Arc<Watch>) {
    let config =
        OpenMeteoConfig::new(&service.url, (52.52437, 13.41053), Units::Metric, Some("Europe/Berlin")).unwrap();
    let watch = Arc::new(Watch(AtomicU64::new(NOW_MS)));
    (OpenMeteo::new(config, watch.clone()).unwrap(), watch)
}

async fn ask(weather: &OpenMeteo, arguments: Value) -> Result<ToolResult, Failure> {
    let call = ToolCall {
        name: "RosieWeather".to_owned(),
        arguments,
    };
    let context = CallContext {
        turn_id: TurnId(1),
        room: "kitchen".into(),
        endpoint: "k1".into(),
        language: Language::default(),
        conversation: "c".into(),
        user: None,
    };
    weather.handle(call, context).await
}

#[tokio::test]
async fn asked_once_told_the_place_roughly_and_answered() {
    let service = Service::start(well()).await;
    let (weather, _) = weather(&service);
    assert_eq!(service.asked(), 0, "nobody asked yet");
    let now = ask(&weather, json!({})).await.unwrap();
    assert_eq!(now.response, "RosieWeather/now");
    assert_eq!(
        (
            &now.data["temperature"],
            &now.data["condition"],
            &now.data["day"]["high"],
            &now.data["rain_from"]
        ),
        (&json!(-2), &json!("cloudy"), &json!(0), &json!(18))
    );
    let snow = ask(&weather, json!({ "about": "snow" })).await.unwrap();
    assert_eq!(snow.response, "RosieWeather/snow_yes");
    let tomorrow = ask(&weather, json!({ "day": 1 })).await.unwrap();
    assert_eq!(
        (
            &tomorrow.data["day"]["condition"],
            &tomorrow.data["day"]["high"],
            &tomorrow.data["day"]["low"]
        ),
        (&json!("sunny"), &json!(4), &Value::Null)
    );
    let far = ask(&weather, json!({ "day": 5 })).await.unwrap();
    assert_eq!(far.response, "RosieWeather/unknown");
    let asked = service.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1, "once for all of that");
    let first = asked[0].lines().next().unwrap();
    assert!(
        first.starts_with("GET /v1/forecast?latitude=52.52&longitude=13.41&"),
        "{first}"
    );
    assert!(
        first.contains("timezone=Europe%2FBerlin") && !first.contains("temperature_unit"),
        "{first}"
    );
}

#[tokio::test]
async fn an_old_report_is_better_than_none_and_says_its_age() {
    let service = Service::start(well()).await;
    let (weather, watch) = weather(&service);
    ask(&weather, json!({})).await.unwrap();
    watch.0.fetch_add(9 * 60_000, Ordering::SeqCst);
    ask(&weather, json!({})).await.unwrap();
    assert_eq!(service.asked(), 1);
    service.turns(Mood::Answers(503, "upstream is gone".to_owned()));
    watch.0.fetch_add(2 * 3_600_000, Ordering::SeqCst);
    let old = ask(&weather, json!({})).await.unwrap();
    assert_eq!(old.data["old_seconds"], 2 * 3600 + 540);
    // It is left alone for a minute.
    ask(&weather, json!({})).await.unwrap();
    assert_eq!(service.asked(), 2);
    service.turns(well());
    watch.0.fetch_add(61_000, Ordering::SeqCst);
    let new = ask(&weather, json!({})).await.unwrap();
    assert_eq!((service.asked(), new.data.get("old_seconds")), (3, None));
    // Half a day old is no weather any more.
    service.turns(Mood::Answers(503, String::new()));
    watch.0.fetch_add(13 * 3_600_000, Ordering::SeqCst);
    let none = ask(&weather, json!({})).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::WeatherUnavailable);
}

#[tokio::test]
async fn whatever_it_does_it_is_one_failure_that_says_what_to_do() {
    let refusal = |reason: &str| json!({ "error": true, "reason": reason }).to_string();
    let place = refusal("Latitude must be in range of -90 to 90°. Given: 300.0.");
    let often = refusal("Minutely API request limit exceeded. Please try again in one minute.");
    for (mood, part) in [
        (
            Mood::Answers(400, place),
            "Latitude must be in range of -90 to 90°. Given: 300.0.; check weather.latitude",
        ),
        (Mood::Answers(429, often), "limit exceeded"),
        (Mood::Answers(404, "<html>".to_owned()), "HTTP 404"),
        (Mood::Answers(302, String::new()), "HTTP 302"),
        (Mood::Answers(500, "\u{0}\u{1}".to_owned()), "HTTP 500"),
        (Mood::Answers(200, "no json".to_owned()), "no weather report"),
        (Mood::Answers(200, "{}".to_owned()), "no weather report"),
        (
            Mood::Answers(200, r#"{"daily": {"time": ["soon"]}}"#.to_owned()),
            "no weather report",
        ),
        (Mood::Answers(200, " ".repeat(2 << 20)), "too large"),
        (Mood::BreaksOff, "broke off"),
    ] {
        let service = Service::start(mood).await;
        let (weather, _) = weather(&service);
        let failure = ask(&weather, json!({ "about": "rain" })).await.unwrap_err();
        assert_eq!(failure.code, ErrorCode::WeatherUnavailable);
        assert!(failure.detail.contains(part), "{part}: {}", failure.detail);
    }
    let nobody = Service {
        url: "http://127.0.0.1:1".to_owned(),
        mood: Arc::new(Mutex::new(well())),
        asked: Arc::default(),
    };
    let failure = ask(&weather(&nobody).0, json!({})).await.unwrap_err();
    assert!(failure.detail.contains("cannot be reached"), "{}", failure.detail);
}

#[tokio::test]
async fn nobody_waits_for_one_that_is_slow() {
    let service = Service::start(Mood::IsSlow).await;
    let (weather, _) = weather(&service);
    let began = Instant::now();
    let failure = ask(&weather, json!({})).await.unwrap_err();
    assert!(failure.detail.contains("in time"), "{}", failure.detail);
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    // Nor again at once.
    let began = Instant::now();
    ask(&weather, json!({})).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn what_is_no_address_is_refused_at_once() {
    for bad in ["", "open-meteo.com", "ftp://x"] {
        assert!(
            OpenMeteoConfig::new(bad, (1.0, 1.0), Units::Imperial, None).is_err(),
            "{bad}"
        );
    }
    assert!(OpenMeteoConfig::new("http://x", (1.0, 1.0), Units::Imperial, Some("Mars/Base")).is_err());
}
