//! The three services that Rosie's calendar, chat and address book tests play, to try docs/calendar.md, docs/chat.md and
//! docs/contacts.md by hand: prints the configuration, and lets whoever begins to connect the calendar in after ten seconds.
#![allow(clippy::unwrap_used)]

use rosie_e2e::{
    day,
    mock::{Google, Mattermost, Monica},
};
use serde_json::json;
use std::time::Duration;

#[tokio::main]
async fn main() {
    let (google, chat, monica) = (Google::start().await, Mattermost::start().await, Monica::start().await);
    let at = |days: u32, hour: u32| format!("{}T{hour:02}:00:00", day(days));
    google.add("dentist", "Dentist", &at(1, 15), &at(1, 16));
    google.add("lunch", "Lunch with Anna", &at(1, 12), &at(1, 13));
    chat.ben_writes("@ada can you look at it?", false);
    monica.add(1, "Anna", "Berg", &format!("1990{}", &day(3)[4..]), &day(0));
    let mut calendar = google.config();
    calendar["client_secret"] = json!("${GOOGLE_CLIENT_SECRET}");
    println!("google_calendar: {calendar}");
    println!(
        "mattermost: {}",
        json!({ "url": chat.server.url, "token": "${MATTERMOST_TOKEN}" })
    );
    println!(
        "monica: {}",
        json!({ "url": monica.server.url, "token": "${MONICA_TOKEN}" })
    );
    println!(
        "# GOOGLE_CLIENT_SECRET=GOCSPX-s3cret MATTERMOST_TOKEN=xf5tbvq7kjgnbpdu \
         MONICA_TOKEN=eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.s3cret"
    );
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if google.server.asked().iter().any(|asked| asked.path == "/device/code") {
            tokio::time::sleep(Duration::from_secs(10)).await;
            google.world().approved = true;
        }
    }
}
