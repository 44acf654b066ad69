//! A contact as Monica gives it, and as answers get it.

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

/// What of a longer text is said, characters.
const SPOKEN: usize = 200;

/// A birthday; the year may be unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Birthday {
    pub date: Date,
    pub year_known: bool,
}

impl Birthday {
    /// When it is next, and how old one gets.
    pub fn next(&self, today: Date) -> Option<(Date, Option<i16>)> {
        let in_year = |year: i16| {
            let (month, day) = (self.date.month(), self.date.day());
            // The 29th of February is the 1st of March in other years.
            Date::new(year, month, day).or_else(|_| Date::new(year, 3, 1)).ok()
        };
        let next = in_year(today.year())
            .filter(|date| *date >= today)
            .or_else(|| in_year(today.year() + 1))?;
        Some((next, self.year_known.then(|| next.year() - self.date.year())))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub id: u64,
    pub first_name: String,
    pub nickname: String,
    /// First and last.
    pub name: String,
    pub birthday: Option<Birthday>,
    pub job: String,
    pub company: String,
    pub description: String,
    pub met: String,
    pub is_dead: bool,
    /// When one was last in touch: a call or something done together.
    pub last_contact: Option<Date>,
}

impl Person {
    pub fn read(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
        let (first_name, last) = (text(&value["first_name"]), text(&value["last_name"]));
        let information = &value["information"];
        let touched = [&value["last_called"], &value["last_activity_together"]];
        Some(Self {
            id: value["id"].as_u64()?,
            name: format!("{first_name} {last}").trim().to_owned(),
            first_name,
            nickname: text(&value["nickname"]),
            birthday: birthday(&information["dates"]["birthdate"]),
            job: text(&information["career"]["job"]),
            company: text(&information["career"]["company"]),
            description: short(&text(&value["description"])),
            met: short(&text(&information["how_you_met"]["general_information"])),
            is_dead: value["is_dead"] == true,
            last_contact: touched.into_iter().filter_map(moment).max(),
        })
    }

    pub fn data(&self, today: Date) -> Value {
        let mut data = json!({
            "name": self.name, "first_name": self.first_name, "job": self.job, "company": self.company,
            "description": self.description, "met": self.met, "is_dead": self.is_dead,
        });
        if let Some((date, age)) = self.birthday.and_then(|birthday| birthday.next(today)) {
            data["birthday"] = day(date, today);
            data["age"] = json!(age);
        }
        data["last_contact_days"] = json!(self.last_contact.map(|date| (today - date).get_days().max(0)));
        data
    }
}

/// A day as answers get it.
pub(super) fn day(date: Date, today: Date) -> Value {
    let weekday = date.weekday().to_monday_zero_offset();
    json!({
        "offset": (date - today).get_days(),
        "weekday": weekday,
        "date": { "year": date.year(), "month": date.month(), "day": date.day(), "weekday": weekday },
    })
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() > SPOKEN {
        true => text.chars().take(SPOKEN).collect::<String>() + "…",
        false => text,
    }
}

/// One that only follows from an age is no day to congratulate on.
fn birthday(value: &Value) -> Option<Birthday> {
    let date = date(value["date"].as_str()?)?;
    (value["is_age_based"] != true).then_some(Birthday {
        date,
        year_known: value["is_year_unknown"] != true,
    })
}

/// `2017-10-07T21:17:45Z`, `1977-07-17 00:00:00.000000`, `2018-02-02`: the day counts.
pub(super) fn date(text: &str) -> Option<Date> {
    let stamp = text.parse::<Timestamp>().ok();
    let civil = || text.get(..10)?.parse::<Date>().ok();
    civil().or_else(|| Some(stamp?.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

/// A date, or an object around one.
fn moment(value: &Value) -> Option<Date> {
    date(value.as_str().or(value["date"].as_str())?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn anna() -> Value {
        json!({
            "id": 3, "first_name": "Anna", "last_name": "Berg", "nickname": null, "is_dead": false,
            "last_called": "2017-10-07T21:17:45Z",
            "last_activity_together": { "date": "2017-11-02 00:00:00.000000", "timezone": "UTC" },
            "information": {
                "dates": { "birthdate": { "is_age_based": false, "is_year_unknown": false, "date": "1983-03-21T00:00:00Z" } },
                "career": { "job": "teacher", "company": null },
                "how_you_met": { "general_information": "at\nschool" },
            },
        })
    }

    #[test]
    fn contacts_are_read_as_the_document_has_them() {
        let today: Date = "2017-11-12".parse().unwrap();
        let person = Person::read(&anna()).unwrap();
        assert_eq!((person.name.as_str(), person.met.as_str()), ("Anna Berg", "at school"));
        let data = person.data(today);
        assert_eq!((&data["last_contact_days"], &data["age"]), (&json!(10), &json!(35)));
        assert_eq!(data["birthday"]["date"]["month"], 3);
        let mut unknown = anna();
        unknown["information"]["dates"]["birthdate"]["is_year_unknown"] = json!(true);
        assert_eq!(Person::read(&unknown).unwrap().data(today)["age"], Value::Null);
        unknown["information"]["dates"]["birthdate"]["is_age_based"] = json!(true);
        assert_eq!(Person::read(&unknown).unwrap().birthday, None);
        assert_eq!(Person::read(&json!({ "first_name": "x" })), None);
    }

    #[test]
    fn birthdays_come_again() {
        let next = |birthday: &str, today: &str| {
            let birthday = Birthday {
                date: birthday.parse().unwrap(),
                year_known: true,
            };
            let (date, age) = birthday.next(today.parse().unwrap()).unwrap();
            (date.to_string(), age.unwrap())
        };
        assert_eq!(next("1990-05-03", "2026-05-03"), ("2026-05-03".to_owned(), 36));
        assert_eq!(next("1990-05-03", "2026-05-04"), ("2027-05-03".to_owned(), 37));
        assert_eq!(next("1992-02-29", "2026-01-01"), ("2026-03-01".to_owned(), 34));
    }
}
