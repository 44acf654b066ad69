//! A real Mosquitto of the test's own, and somebody on it who hears everything.

use rumqttc::v5::{
    AsyncClient, Event, MqttOptions,
    mqttbytes::v5::{Packet, PublishProperties},
};
use serde_json::Value;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Nothing takes longer than this, or it does not come.
const PATIENCE: Duration = Duration::from_secs(15);

/// A broker on a port and in a folder of its own. What it keeps survives [`Broker::restart`].
pub struct Broker {
    child: Child,
    folder: TempDir,
    pub port: u16,
}

pub fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

impl Broker {
    pub fn start() -> Self {
        Self::start_with("allow_anonymous true")
    }

    /// With more lines in its configuration; `FOLDER` stands for its folder.
    pub fn start_with(more: &str) -> Self {
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        let path = folder.path().display().to_string();
        let more = more.replace("FOLDER", &path);
        // Named, or root's broker cannot write its own folder.
        let config = format!(
            "user root\nlistener {port} 127.0.0.1\npersistence true\npersistence_location {path}/\nlog_dest none\n{more}\n"
        );
        std::fs::write(folder.path().join("mosquitto.conf"), config).unwrap();
        let child = spawn(folder.path(), port);
        Self { child, folder, port }
    }

    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Ends it orderly: it writes down what it keeps.
    pub fn stop(&mut self) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap();
    }

    pub fn resume(&mut self) {
        self.child = spawn(self.folder.path(), self.port);
    }
}

fn spawn(folder: &Path, port: u16) -> Child {
    let program = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    let program = program.expect("mosquitto is missing: run `make setup-test`");
    let child = Command::new(program)
        .arg("-c")
        .arg(folder.join("mosquitto.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + PATIENCE;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "mosquitto does not come up");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as it was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub topic: String,
    pub payload: String,
    pub retain: bool,
    pub correlation: Option<Vec<u8>>,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.payload).unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }
}

/// Hears everything, and speaks.
pub struct Listener {
    client: AsyncClient,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Listener {
    pub async fn connect(port: u16) -> Self {
        Self::connect_as(port, None).await
    }

    pub async fn connect_as(port: u16, login: Option<(&str, &str)>) -> Self {
        let name = format!("listener-{}", free_port());
        let mut options = MqttOptions::new(name, "127.0.0.1", port);
        options.set_max_packet_size(Some(1 << 20));
        if let Some((name, password)) = login {
            options.set_credentials(name, password);
        }
        let (client, mut driver) = AsyncClient::new(options, 256);
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (hears, (up, is_up)) = (heard.clone(), tokio::sync::oneshot::channel());
        let speaker = client.clone();
        tokio::spawn(async move {
            let mut up = Some(up);
            loop {
                match driver.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        speaker
                            .try_subscribe("#", rumqttc::v5::mqttbytes::QoS::AtLeastOnce)
                            .unwrap();
                    }
                    Ok(Event::Incoming(Packet::SubAck(_))) => {
                        if let Some(up) = up.take() {
                            let _ = up.send(());
                        }
                    }
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        let properties = publish.properties.unwrap_or_default();
                        hears.lock().unwrap().push(Heard {
                            topic: String::from_utf8(publish.topic.to_vec()).unwrap(),
                            payload: String::from_utf8_lossy(&publish.payload).into_owned(),
                            retain: publish.retain,
                            correlation: properties.correlation_data.map(|data| data.to_vec()),
                        });
                    }
                    Ok(_) => {}
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        });
        tokio::time::timeout(PATIENCE, is_up).await.unwrap().unwrap();
        Self { client, heard }
    }

    pub async fn publish(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish_as(topic, payload, false).await;
    }

    pub async fn publish_as(&self, topic: &str, payload: impl Into<Vec<u8>>, retain: bool) {
        let qos = rumqttc::v5::mqttbytes::QoS::AtLeastOnce;
        self.client.publish(topic, qos, retain, payload.into()).await.unwrap();
    }

    /// Without waiting for anybody's acknowledgement.
    pub async fn publish_loosely(&self, topic: &str, payload: &str) {
        let qos = rumqttc::v5::mqttbytes::QoS::AtMostOnce;
        self.client
            .publish(topic, qos, false, payload.to_owned())
            .await
            .unwrap();
    }

    /// Asks as MQTT 5 does, and waits for the answer.
    pub async fn request(&self, topic: &str, payload: &str) -> Value {
        let id = format!("{}", free_port());
        let to = format!("answers/{id}");
        let properties = PublishProperties {
            response_topic: Some(to.clone()),
            correlation_data: Some(id.clone().into_bytes().into()),
            ..PublishProperties::default()
        };
        let qos = rumqttc::v5::mqttbytes::QoS::AtLeastOnce;
        let sent = self
            .client
            .publish_with_properties(topic, qos, false, payload.to_owned(), properties);
        sent.await.unwrap();
        let answer = self.wait(&to, |heard| heard.topic == to).await;
        assert_eq!(answer.correlation.as_deref(), Some(id.as_bytes()));
        answer.json()
    }

    /// Everything heard so far.
    pub fn all(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.heard.lock().unwrap().clear();
    }

    pub fn count(&self, fits: impl Fn(&Heard) -> bool) -> usize {
        self.heard.lock().unwrap().iter().filter(|heard| fits(heard)).count()
    }

    /// The last payload on a topic.
    pub fn last(&self, topic: &str) -> Option<String> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .rev()
            .find(|heard| heard.topic == topic)
            .map(|heard| heard.payload.clone())
    }

    /// Waits for the last message that fits.
    pub async fn wait(&self, what: &str, fits: impl Fn(&Heard) -> bool) -> Heard {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self
                .heard
                .lock()
                .unwrap()
                .iter()
                .rev()
                .find(|heard| fits(heard))
                .cloned();
            if let Some(found) = found {
                return found;
            }
            if Instant::now() > until {
                let topics: Vec<String> = self.all().into_iter().map(|heard| heard.topic).collect();
                panic!("{what} does not come; heard were {topics:?}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until a topic's last payload is this.
    pub async fn becomes(&self, topic: &str, payload: &str) {
        let until = Instant::now() + PATIENCE;
        while self.last(topic).as_deref() != Some(payload) {
            assert!(
                Instant::now() < until,
                "{topic} is {:?} and not {payload}",
                self.last(topic)
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
