//! The command line.

use crate::{
    adb::{Listed, Server},
    apk::Apk,
    authority::{self, Authority},
    facts::Facts,
    journal,
    lever::{self, Hand},
    report::{DeviceReport, Outcome},
    run::Ground,
    steps::Wish,
    values::{self, HomeApp, ServerAddress},
};
use clap::{Args, Parser, Subcommand};
use std::{
    fs,
    io::{IsTerminal, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

/// Makes an Echo Show with LineageOS, or an Android tablet, a kiosk of Rosie, over adb. docs/kiosk.md begins before that.
#[derive(Parser)]
#[command(name = "rosie-kiosk", version)]
struct Line {
    #[command(subcommand)]
    command: Command,
    /// Write what a program would read.
    #[arg(long, global = true)]
    json: bool,
    /// Folder of the journals.
    #[arg(long, global = true, env = "ROSIE_KIOSK_STATE", value_name = "DIR")]
    state: Option<PathBuf>,
    /// How long a device may take to answer a command, in seconds; an installation may take six times as long.
    #[arg(long, global = true, value_name = "SECONDS", default_value = "20", value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

#[derive(Subcommand)]
enum Command {
    /// What adb sees.
    Devices,
    /// Say what would be done, and touch nothing.
    Plan(Wanted),
    /// Do it: each step is written down, done, and looked at. Run again, it goes on where it stopped.
    Apply(Wanted),
    /// Whether devices are as they were set up.
    Status(Which),
    /// Take everything back to what was there before.
    Undo(Which),
    /// What was done, and when.
    Logs(Which),
}

#[derive(Args, Clone)]
struct Which {
    /// Serial number, or address, as `devices` lists it; may be given several times. Left out: the only one there is.
    #[arg(long = "device", value_name = "SERIAL", value_parser = values::serial)]
    devices: Vec<String>,
}

#[derive(Args)]
struct Wanted {
    #[command(flatten)]
    which: Which,
    /// Where Rosie is, as https://rosie.local:8443.
    #[arg(long, value_name = "ADDRESS")]
    server: ServerAddress,
    /// The kiosk app, as `make kiosk-app` builds it.
    #[arg(long, value_name = "FILE")]
    apk: Option<PathBuf>,
    /// SHA-256 of the certificate that must have signed the app. Left out: `signer.sha256` beside the APK.
    #[arg(long, value_name = "SHA256", value_parser = values::digest)]
    signer: Option<String>,
    /// Rosie's certificate authority in a file. Left out: she is asked.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Id of the room it stands in. Left out: as it was, at first her first room.
    #[arg(long, value_parser = values::room)]
    room: Option<String>,
    /// Name of this endpoint. Left out: one is made of room, model and serial number.
    #[arg(long, value_parser = values::name)]
    name: Option<String>,
    /// The key that pairing gave this endpoint, where Rosie asks for one. `-` reads it from standard input.
    #[arg(long, value_name = "KEY", value_parser = values::pairing_key)]
    pair: Option<String>,
    /// What stands on the home button.
    #[arg(long, value_enum, default_value = "kiosk")]
    home_app: HomeApp,
    /// Join this Wi-Fi (Android 11 and later). Its password is taken from ROSIE_KIOSK_WIFI_PASSWORD, or read from standard input.
    #[arg(long, value_name = "SSID", value_parser = values::ssid)]
    wifi: Option<String>,
    /// Left out: this computer's.
    #[arg(long, value_name = "ZONE", value_parser = values::time_zone)]
    time_zone: Option<String>,
}

pub fn main() -> ExitCode {
    let line = Line::parse();
    match run(&line) {
        Ok(code) => code,
        Err(said) => {
            eprintln!("rosie-kiosk: {said}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: &Line) -> Result<ExitCode, String> {
    let server = Server::find(Duration::from_secs(line.timeout))?;
    let state = match &line.state {
        Some(folder) => folder.clone(),
        None => usual_state()?,
    };
    let progress = |serial: &str, what: &str| eprintln!("{serial}  {what}");
    let ground = Ground {
        server: &server,
        state: &state,
        progress: &progress,
    };
    let started = || server.start().map_err(|error| error.to_string());
    match &line.command {
        Command::Devices => {
            started()?;
            devices(&server, line.json)
        }
        Command::Plan(wanted) => {
            let (wish, _) = wish(wanted)?;
            started()?;
            each(&ground, &wanted.which, line.json, |serial| ground.plan(serial, &wish))
        }
        Command::Apply(wanted) => {
            let (wish, hand) = wish(wanted)?;
            started()?;
            if (wanted.name.is_some() || wanted.pair.is_some()) && wanted.which.devices.len() > 1 {
                return Err(
                    "--name and --pair are for one device: two of one name or key would be one endpoint".to_owned(),
                );
            }
            each(&ground, &wanted.which, line.json, |serial| {
                ground.apply(serial, &wish, &hand)
            })
        }
        Command::Status(which) => {
            started()?;
            each(&ground, which, line.json, |serial| ground.status(serial))
        }
        Command::Undo(which) => {
            started()?;
            each(&ground, which, line.json, |serial| ground.undo(serial))
        }
        Command::Logs(which) => {
            started()?;
            logs(&ground, which)
        }
    }
}

fn usual_state() -> Result<PathBuf, String> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("XDG_STATE_HOME")
        .or_else(|| Some(set("HOME")?.join(".local/state")))
        .map(|folder| folder.join("rosie-kiosk"))
        .ok_or_else(|| "there is no HOME: --state says where the journals are kept".to_owned())
}

fn devices(server: &Server, json: bool) -> Result<ExitCode, String> {
    let found = server.devices().map_err(|error| error.to_string())?;
    if json {
        println!("{}", serde_json::json!({ "devices": found }));
    } else if found.is_empty() {
        println!(
            "adb sees no device. On the device: Settings → About → touch the build number seven times, then Developer options → USB \
             debugging. Then a cable that carries data, or `adb connect ADDRESS:5555`."
        );
    }
    for Listed { serial, state, model } in found.iter().filter(|_| !json) {
        println!("{serial}  {state}  {model}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The devices that are meant. Which one it is where several are there is not guessed.
fn meant(server: &Server, which: &Which) -> Result<Vec<String>, String> {
    if !which.devices.is_empty() {
        let mut serials = which.devices.clone();
        serials.sort();
        serials.dedup();
        return Ok(serials);
    }
    let found = server.devices().map_err(|error| error.to_string())?;
    match found.as_slice() {
        [] => Err("adb sees no device; `rosie-kiosk devices` says what to do".to_owned()),
        [one] => Ok(vec![one.serial.clone()]),
        several => {
            let serials: Vec<&str> = several.iter().map(|listed| listed.serial.as_str()).collect();
            Err(format!(
                "several devices are there: say which with --device ({})",
                serials.join(", ")
            ))
        }
    }
}

/// All at once, each reported as a whole.
fn each(
    ground: &Ground,
    which: &Which,
    json: bool,
    work: impl Fn(&str) -> DeviceReport + Sync,
) -> Result<ExitCode, String> {
    let serials = meant(ground.server, which)?;
    let reports: Vec<DeviceReport> = thread::scope(|scope| {
        let running: Vec<_> = serials.iter().map(|serial| scope.spawn(|| work(serial))).collect();
        let ended = running.into_iter().zip(&serials).map(|(thread, serial)| {
            let died =
                || DeviceReport::new(serial).ended(Outcome::Failed, "rosie-kiosk itself failed; please report it");
            thread.join().unwrap_or_else(|_| died())
        });
        ended.collect()
    });
    if json {
        println!("{}", serde_json::json!({ "devices": reports }));
    } else {
        let texts: Vec<String> = reports.iter().map(DeviceReport::text).collect();
        print!("{}", texts.join("\n"));
    }
    Ok(match reports.iter().all(DeviceReport::is_well) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn logs(ground: &Ground, which: &Which) -> Result<ExitCode, String> {
    for serial in meant(ground.server, which)? {
        // A device that is there is known by its own number; one that is not, by what was given.
        let number = crate::adb::Device::open(ground.server, &serial)
            .and_then(|device| Facts::read(&device, None))
            .map_or(serial.clone(), |facts| facts.serial_number);
        match journal::log(ground.state, &number) {
            Some(log) => print!("{log}"),
            None => {
                return Err(format!(
                    "{serial} has not been set up from here: there is no log of it in {}",
                    ground.state.display()
                ));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything that can be wrong before a device is asked.
fn wish(wanted: &Wanted) -> Result<(Wish, Hand), String> {
    let apk = match wanted.home_app {
        HomeApp::Fully => None,
        HomeApp::Kiosk | HomeApp::None => Some(app(wanted)?),
    };
    let authority = match &wanted.ca {
        Some(file) => Some(Authority::read(&read(file)?).map_err(|why| format!("{}: {why}", file.display()))?),
        None if wanted.server.secure => authority::ask(&wanted.server)?,
        None => None,
    };
    let wifi_password = match &wanted.wifi {
        Some(ssid) => Some(wifi_password(ssid)?).filter(|password| !password.is_empty()),
        None => None,
    };
    let key = match wanted.pair.as_deref() {
        Some("-") => Some(values::pairing_key(&line("the key")?)?),
        key => key.map(str::to_owned),
    };
    let zone = || jiff::tz::TimeZone::system().iana_name().map(str::to_owned);
    let hand = Hand {
        apk: apk.clone(),
        wifi_password,
        key: key.clone(),
        authority: authority.as_ref().map(Authority::pem),
    };
    let wish = Wish {
        server: wanted.server.clone(),
        home: wanted.home_app,
        apk,
        authority,
        room: wanted.room.clone(),
        name: wanted.name.clone(),
        key_sum: key.as_deref().map(lever::key_sum),
        wifi: wanted.wifi.clone(),
        time_zone: wanted.time_zone.clone().or_else(zone),
    };
    Ok((wish, hand))
}

/// The app, by the key that is expected.
fn app(wanted: &Wanted) -> Result<Apk, String> {
    let file = match &wanted.apk {
        Some(file) => file.clone(),
        None => usual_apk().ok_or("there is no kiosk app yet: `make kiosk-app` builds it, or --apk FILE names it")?,
    };
    let apk = Apk::check(read(&file)?).map_err(|why| format!("{}: {why}", file.display()))?;
    let beside = file.with_file_name("signer.sha256");
    let expected = match &wanted.signer {
        Some(digest) => digest.clone(),
        None => {
            let text = fs::read_to_string(&beside).map_err(|_| {
                format!(
                    "by whose key {} is signed is to be known: `make kiosk-app` writes it to {}, or --signer gives it",
                    file.display(),
                    beside.display()
                )
            })?;
            values::digest(&text)?
        }
    };
    match apk.signer == expected {
        true => Ok(apk),
        false => Err(format!(
            "{} is signed by another key than the kiosk app is made with: by {}, and {expected} is expected",
            file.display(),
            apk.signer
        )),
    }
}

/// Where `make kiosk-app` leaves it.
fn usual_apk() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache = set("ROSIE_CACHE")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("rosie")))
        .or_else(|| Some(set("HOME")?.join(".cache/rosie")))?;
    Some(cache.join("kiosk-app/rosie-kiosk.apk")).filter(|file| file.exists())
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}

fn wifi_password(ssid: &str) -> Result<String, String> {
    let given = match std::env::var("ROSIE_KIOSK_WIFI_PASSWORD") {
        Ok(password) => password,
        Err(_) => {
            if stdin().is_terminal() {
                eprintln!("Password of the Wi-Fi {ssid} (it is shown as you type; empty where it has none):");
            }
            line("the Wi-Fi password")?
        }
    };
    match given.is_empty() {
        true => Ok(given),
        false => values::wifi_password(&given),
    }
}

/// One line of standard input.
fn line(what: &str) -> Result<String, String> {
    let mut line = String::new();
    stdin()
        .read_line(&mut line)
        .map_err(|error| format!("{what} cannot be read: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
