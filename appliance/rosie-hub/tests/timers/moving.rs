//! Alarms that are moved. The house's clock starts on a Friday at 8:00 UTC.

use crate::house::House;
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn one_is_moved_to_the_time_nearest_to_its_own() {
    let house = House::new();
    let none = house.ask("kitchen-1", "RosieMoveAlarm", json!({ "hour": 7 })).await;
    assert_eq!(none.response, "RosieCancelAlarm/no_alarm");
    house
        .ask(
            "kitchen-1",
            "RosieSetAlarm",
            json!({ "hour": 5, "minute": 45, "half": "am", "day": 1 }),
        )
        .await;
    house
        .ask(
            "office-1",
            "RosieSetAlarm",
            json!({ "hour": 7, "half": "am", "every": "weekday", "name": "school" }),
        )
        .await;
    let unclear = house.ask("kitchen-1", "RosieMoveAlarm", json!({ "hour": 8 })).await;
    assert_eq!(unclear.response, "RosieCancelAlarm/ambiguous");
    let quarter_to = json!({ "from_hour": 6, "from_minutes_to": 15, "hour": 6, "minute": 15 });
    let moved = house.ask("kitchen-1", "RosieMoveAlarm", quarter_to).await;
    let alarm = &moved.data["alarm"];
    assert_eq!(
        (&alarm["hour"], &alarm["minute"], &alarm["offset"]),
        (&json!(6), &json!(15), &json!(1)),
        "tomorrow, as it was"
    );
    let half_past = json!({ "from_hour": 7, "hour": 7, "minute": 30 });
    let moved = house.ask("kitchen-1", "RosieMoveAlarm", half_past).await;
    assert_eq!(
        (&moved.data["alarm"]["hour"], &moved.data["alarm"]["minute"]),
        (&json!(7), &json!(30))
    );
    let list = house.ask("office-1", "RosieAlarmStatus", json!({})).await;
    let alarms = list.data["alarms"].as_array().unwrap();
    assert_eq!(alarms.len(), 2, "none is left behind: {alarms:?}");
    assert!(
        alarms.iter().any(|alarm| !alarm["days"].is_null()),
        "what comes again goes on to"
    );
}
