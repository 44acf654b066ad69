//! Ollama, with a small model that is imported into it: words, calls, tags, memory, and a pull from a registry of the
//! test's own.

use super::{Process, free_port, gguf};
use crate::common::*;
use rosie_core::CancelFlag;
use rosie_dialog::llm::{
    ChatRequest, FinishReason, Limits, LlmError, Message, Provider, ProviderKind, RemoteModel, RequestLimits, Role,
    provider, pull,
};
use serde_json::{Value, json};
use std::os::unix::process::CommandExt;
use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// ChatML with tools, in Ollama's template language.
const TEMPLATE: &str = r#"{{- if or .System .Tools }}<|im_start|>system
{{ .System }}
{{- if .Tools }}

# Tools

You may call functions. You are provided with function signatures within <tools></tools> XML tags:
<tools>
{{- range .Tools }}
{"type": "function", "function": {{ .Function }}}
{{- end }}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call>
{{- end }}<|im_end|>
{{ end }}
{{- range .Messages }}
{{- if eq .Role "user" }}<|im_start|>user
{{ .Content }}<|im_end|>
{{ else if eq .Role "assistant" }}<|im_start|>assistant
{{ .Content }}
{{- range .ToolCalls }}<tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
</tool_call>
{{- end }}<|im_end|>
{{ else if eq .Role "tool" }}<|im_start|>user
<tool_response>
{{ .Content }}
</tool_response><|im_end|>
{{ end }}
{{- end }}<|im_start|>assistant
"#;

struct Ollama {
    _process: Process,
    address: String,
    /// Its models.
    folder: tempfile::TempDir,
}

impl Ollama {
    async fn start() -> Option<Self> {
        let Some(binary) = std::env::var_os("ROSIE_OLLAMA") else {
            eprintln!("ROSIE_OLLAMA is not set: the real Ollama is not tried here (`make test` sets it)");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let child = Command::new(binary)
            .arg("serve")
            .process_group(0)
            .env("OLLAMA_HOST", &address)
            .env("OLLAMA_MODELS", folder.path())
            .env("HOME", folder.path())
            .env("OLLAMA_NUM_PARALLEL", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ollama = Self {
            _process: Process(child),
            address,
            folder,
        };
        let began = Instant::now();
        while ollama.provider("none").models(Duration::from_secs(1)).await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "it never listened");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(ollama)
    }

    fn model(&self, name: &str) -> RemoteModel {
        let patient = Duration::from_secs(400);
        RemoteModel {
            model: name.to_owned(),
            api_key: None,
            limits: Limits {
                first_token: patient,
                idle: patient,
                overall: patient,
                ..Limits::default()
            },
            ..model(ProviderKind::Ollama, &self.address)
        }
    }

    fn provider(&self, name: &str) -> Arc<dyn Provider> {
        provider(self.model(name)).unwrap()
    }

    /// Imports the file as `name`.
    async fn import(&self, name: &str, template: Option<&str>) {
        let binary = std::env::var_os("ROSIE_OLLAMA").unwrap();
        // One thread: several wait for each other by spinning, which on a busy machine takes minutes.
        let mut text = format!(
            "FROM {}\nPARAMETER num_thread 1\n",
            gguf("qwen2.5-coder-0.5b-q4").display()
        );
        if let Some(template) = template {
            text += &format!("TEMPLATE \"\"\"{template}\"\"\"\n");
        }
        let file = self.folder.path().join("Modelfile");
        std::fs::write(&file, text).unwrap();
        let created = Command::new(binary)
            .args(["create", name, "-f"])
            .arg(&file)
            .env("OLLAMA_HOST", &self.address)
            .env("HOME", self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(created.unwrap().success());
    }

    /// `GET`, for what the provider has no use for.
    async fn get(&self, path: &str) -> Value {
        let mut stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let ask = format!("GET {path} HTTP/1.0\r\nhost: {}\r\n\r\n", self.address);
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

fn limited(max_tokens: u32, request: ChatRequest) -> ChatRequest {
    let limits = RequestLimits {
        max_tokens: Some(max_tokens),
        temperature: Some(0.0),
        ..RequestLimits::default()
    };
    ChatRequest { limits, ..request }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_ollama() {
    let Some(ollama) = Ollama::start().await else {
        return;
    };
    let probed = ollama.provider("rosie-tools").probe(Duration::from_secs(5)).await;
    assert!(matches!(probed, Err(LlmError::NoModel { .. })), "{probed:?}");
    let heard = ask(&*ollama.provider("rosie-tools"), &limited(8, question())).await;
    assert!(
        matches!(heard.error, Some(LlmError::NoModel { .. })),
        "{:?}",
        heard.error
    );
    ollama.import("rosie-tools", Some(TEMPLATE)).await;
    ollama.import("rosie-plain", None).await;
    let tools = ollama.provider("rosie-tools");
    tools.probe(Duration::from_secs(5)).await.unwrap();
    let models = tools.models(Duration::from_secs(5)).await.unwrap();
    let mut names: Vec<_> = models.iter().map(|model| model.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["rosie-plain:latest", "rosie-tools:latest"]);
    assert!(models.iter().all(|model| model.size > Some(400_000_000)), "{models:?}");

    // Words, as they come; and the model stays in memory for an hour, with the context it was told.
    let hello = ChatRequest::new(vec![
        Message::new(Role::System, "Be brief."),
        Message::new(Role::User, "Say hello."),
    ]);
    let heard = ask(&*tools, &limited(12, hello)).await;
    assert!(
        heard.error.is_none() && heard.events > 2 && !heard.text.is_empty(),
        "{heard:?}"
    );
    let usage = heard.end.unwrap().1;
    assert!(usage.prompt_tokens > 8 && usage.completion_tokens > 1, "{usage:?}");
    let loaded = ollama.get("/api/ps").await;
    assert_eq!(loaded["models"][0]["context_length"], 2048, "{loaded}");
    let until: jiff::Timestamp = loaded["models"][0]["expires_at"].as_str().unwrap().parse().unwrap();
    let minutes = until.duration_since(jiff::Timestamp::now()).as_secs() / 60;
    assert!((57..=60).contains(&minutes), "{minutes} minutes");

    // A call: by its own road, and by words where Ollama says that the model takes no tools.
    for (name, tokens) in [("rosie-tools", 80), ("rosie-plain", 16)] {
        let mut asked = question();
        asked.messages[1] = Message::new(Role::User, "What is the weather in Paris? Use the tool.");
        let heard = ask(&*ollama.provider(name), &limited(tokens, asked)).await;
        eprintln!("{name}: calls {:?}, says {:?}", heard.called(), heard.text);
        // Whether it calls is the model's whim; a call that was cut off is no answer. None is ever spoken.
        assert!(
            matches!(heard.error, None | Some(LlmError::BadReply { .. })),
            "{heard:?}"
        );
        assert!(!heard.text.contains(['{', '`']), "{}", heard.text);
        if let Some((_, arguments)) = heard.called().first() {
            assert!(arguments.is_object(), "{heard:?}");
            assert_eq!(heard.end.unwrap().0, FinishReason::ToolCalls);
        }
    }
    the_pull(&ollama).await;
}

/// A registry with one model of a few hundred kilobytes that is no model, but is fetched and checked like one.
async fn the_pull(ollama: &Ollama) {
    let registry = registry().await;
    let name = format!("http://{registry}/rosie/test:1");
    let mut model = ollama.model(&name);
    let (mut most, mut words) = ((0, 0), Vec::new());
    let done = pull(model.clone(), &CancelFlag::new(), &mut |progress| {
        if let Some(bytes) = progress.bytes {
            most = most.max(bytes);
        }
        words.push(progress.status);
    })
    .await;
    eprintln!("pull: {done:?}, {most:?}, {} steps", words.len());
    done.unwrap();
    assert_eq!(most, (300_000, 300_000));
    assert!(
        words.first().unwrap().contains("manifest") && words.last().unwrap() == "success",
        "{words:?}"
    );
    let models = ollama.provider("x").models(Duration::from_secs(5)).await.unwrap();
    assert!(
        models.iter().any(|model| model.name.contains("rosie/test")),
        "{models:?}"
    );
    model.model = format!("http://{registry}/rosie/gone:1");
    let gone = pull(model, &CancelFlag::new(), &mut |_| ()).await;
    assert!(matches!(gone, Err(LlmError::NoModel { .. })), "{gone:?}");
}

/// Answers `GET` and `HEAD` as a registry does: with ranges, and with the place where a file really is.
async fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let blob = vec![7_u8; 300_000];
    let config = json!({ "model_format": "gguf", "model_family": "none" })
        .to_string()
        .into_bytes();
    let digest = |bytes: &[u8]| format!("sha256:{}", hex(bytes));
    let layer = |kind: &str, bytes: &[u8]| json!({ "mediaType": kind, "size": bytes.len(), "digest": digest(bytes) });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": layer("application/vnd.docker.container.image.v1+json", &config),
        "layers": [layer("application/vnd.ollama.image.model", &blob)],
    });
    let mut files = BTreeMap::new();
    files.insert(
        "/v2/rosie/test/manifests/1".to_owned(),
        manifest.to_string().into_bytes(),
    );
    for bytes in [config, blob] {
        files.insert(format!("/v2/rosie/test/blobs/{}", digest(&bytes)), bytes);
    }
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let files = files.clone();
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let mut buffer = [0; 4096];
                while !bytes.ends_with(b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
                        _ => return,
                    }
                }
                let head = String::from_utf8_lossy(&bytes).to_lowercase();
                let mut words = head.split(' ');
                let (method, path) = (words.next().unwrap(), words.next().unwrap());
                let Some(file) = files.get(path) else {
                    let said = r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#;
                    let answer = format!(
                        "HTTP/1.1 404 X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}",
                        said.len()
                    );
                    return drop(stream.write_all(answer.as_bytes()).await);
                };
                let range = head.lines().find_map(|line| {
                    let (from, to) = line.strip_prefix("range: bytes=")?.split_once('-')?;
                    Some((
                        from.parse::<usize>().ok()?,
                        to.parse::<usize>().map_or(file.len(), |to| to + 1),
                    ))
                });
                let (status, (from, to)) = range.map_or((200, (0, file.len())), |range| (206, range));
                let part = &file[from..to.min(file.len())];
                let answer = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\naccept-ranges: bytes\r\nlocation: {path}\r\nconnection: close\r\n\r\n",
                    part.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                if method != "head" {
                    let _ = stream.write_all(part).await;
                }
            });
        }
    });
    address
}

fn hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
