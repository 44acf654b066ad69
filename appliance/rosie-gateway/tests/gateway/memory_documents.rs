//! Documents over HTTP: as a file, as a form, how far they are, a new version, and what is refused.

use crate::{client::Server, memory::refused};
use rosie_core::memory::MAX_DOCUMENT_BYTES;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{io::AsyncWriteExt, net::TcpStream};

const PATH: &str = "/api/v1/memory/documents";

async fn settled(server: &Server, path: &str) -> Value {
    for _ in 0..500 {
        let state = server.get(path).await.json()["state"].clone();
        if ["ready", "failed"].contains(&state["state"].as_str().unwrap()) {
            return state;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the document was never done");
}

fn form(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (head, content) in parts {
        body += &format!("--rosie\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n");
    }
    body + "--rosie--\r\n"
}

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=rosie");

#[tokio::test]
async fn a_file_is_taken_read_looked_into_replaced_and_deleted() {
    let server = Server::plain().await;
    let headers = [("content-type", "text/markdown")];
    let path = format!("{PATH}?name=boiler%20manual.md&tag=house&tag=heating&visible_to=anna");
    let taken = server.ask("POST", &path, &headers, "Press reset.\n\nThen wait.").await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let document = taken.json();
    assert_eq!(
        document["state"],
        json!({"state": "parsing"}),
        "it answers before it has read"
    );
    assert_eq!(
        (
            &document["title"],
            &document["media_type"],
            &document["tags"],
            &document["visible_to"]
        ),
        (
            &json!("boiler manual.md"),
            &json!("text/markdown"),
            &json!(["house", "heating"]),
            &json!("anna")
        )
    );
    let own = format!("{PATH}/{}", document["id"].as_str().unwrap());
    assert_eq!(settled(&server, &own).await, json!({"state": "ready"}));
    let chunks = server.get(&format!("{own}/chunks")).await.json();
    assert_eq!(
        (&chunks["chunks"][1]["kind"], &chunks["chunks"][1]["text"]),
        (&json!("chunk"), &json!("Then wait."))
    );
    let found = server
        .send("POST", "/api/v1/memory/query", json!({"text": "reset"}))
        .await
        .json();
    assert_eq!(found["items"][0]["document"], document["id"]);
    let renamed = server.send("PATCH", &own, json!({"text": "The boiler"})).await;
    assert_eq!(renamed.json()["title"], "The boiler");

    let again = server
        .ask("PUT", &format!("{own}?name=new.md"), &headers, "Call Ms Hart.")
        .await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (202, &document["id"]),
        "{}",
        again.body
    );
    settled(&server, &own).await;
    let chunks = server.get(&format!("{own}/chunks")).await.json();
    assert_eq!(chunks["chunks"].as_array().unwrap().len(), 1);
    assert_eq!(server.get(PATH).await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(server.ask("DELETE", &own, &[], "").await.json(), json!({"deleted": 1}));
    refused(&server.get(&format!("{own}/chunks")).await, 404, "unknown-memory");
    refused(
        &server.ask("PUT", &format!("{own}?name=a"), &headers, "x").await,
        404,
        "unknown-memory",
    );
}

#[tokio::test]
async fn a_form_carries_the_file_with_its_name_and_tags() {
    let server = Server::plain().await;
    let body = form(&[
        ("name=\"tags\"", "house, garden,,"),
        (
            "name=\"file\"; filename=\"recipes.txt\"\r\nContent-Type: text/plain",
            "Bread.\n\nSoup.",
        ),
        ("name=\"visible_to\"", "ben"),
    ]);
    let taken = server.ask("POST", PATH, &[FORM], &body).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let document = taken.json();
    assert_eq!(
        (
            &document["title"],
            &document["tags"],
            &document["visible_to"],
            &document["bytes"]
        ),
        (
            &json!("recipes.txt"),
            &json!(["house", "garden"]),
            &json!("ben"),
            &json!(13)
        )
    );
    let named = form(&[
        ("name=\"name\"", "Recipes"),
        ("name=\"file\"; filename=\"r.txt\"", "Bread."),
    ]);
    assert_eq!(
        server.ask("POST", PATH, &[FORM], &named).await.json()["title"],
        "Recipes"
    );
}

#[tokio::test]
async fn a_file_that_is_none_fails_where_it_can_be_seen() {
    let server = Server::plain().await;
    let head = format!(
        "POST {PATH}?name=a.txt HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n",
        server.address
    );
    let taken = server.raw(&[head.as_bytes(), &[0xff, 0xfe]].concat()).await;
    let own = format!("{PATH}/{}", taken.json()["id"].as_str().unwrap());
    assert_eq!(
        settled(&server, &own).await["reason"],
        "this is no text: save it as UTF-8"
    );
}

#[tokio::test]
async fn forms_and_files_that_cannot_be_meant() {
    let server = Server::plain().await;
    for (body, names) in [
        (form(&[("name=\"name\"", "x")]), "`file`"),
        (
            form(&[("name=\"file\"; filename=\"a\"", "x"), ("name=\"colour\"", "red")]),
            "`colour`",
        ),
        (
            form(&[
                ("name=\"file\"; filename=\"a\"", "x"),
                ("name=\"file\"; filename=\"b\"", "x"),
            ]),
            "`file`",
        ),
        (
            "--rosie\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ncut".to_owned(),
            "form",
        ),
        ("no form at all".to_owned(), "form"),
    ] {
        let reply = server.ask("POST", PATH, &[FORM], &body).await;
        refused(&reply, 400, "bad-body");
        assert!(
            reply.json()["message"].as_str().unwrap().contains(names),
            "{}",
            reply.body
        );
    }
    let boundless = [("content-type", "multipart/form-data")];
    refused(&server.ask("POST", PATH, &boundless, "x").await, 400, "bad-body");
    refused(&server.ask("POST", PATH, &[], "no name").await, 422, "bad-request");
    refused(
        &server.ask("POST", &format!("{PATH}?name=a"), &[], "").await,
        422,
        "bad-request",
    );
    refused(
        &server.ask("POST", &format!("{PATH}?name=a&title=b"), &[], "x").await,
        400,
        "bad-query",
    );
    let picture = [("content-type", "image/png")];
    refused(
        &server.ask("POST", &format!("{PATH}?name=a.png"), &picture, "x").await,
        422,
        "bad-request",
    );
    assert!(server.fake.memories().with(|kept| kept.records.is_empty()));
}

#[tokio::test]
async fn what_is_too_long_is_refused_whether_it_says_so_or_not() {
    let server = Server::plain().await;
    let host = server.address;
    let declared = format!(
        "POST {PATH}?name=a HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        MAX_DOCUMENT_BYTES + 1
    );
    refused(&server.raw(declared.as_bytes()).await, 413, "body-too-big");
    for head in ["x: y\r\n", "content-type: multipart/form-data; boundary=rosie\r\n"] {
        let open = format!(
            "POST {PATH}?name=a HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n{head}\r\n"
        );
        let mut tcp = TcpStream::connect(server.address).await.unwrap();
        tcp.write_all(open.as_bytes()).await.unwrap();
        let form = b"--rosie\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        let begin = [format!("{:x}\r\n", form.len()).as_bytes(), form, b"\r\n"].concat();
        tcp.write_all(&begin).await.unwrap();
        let piece = [b"100000\r\n".as_slice(), &[b'a'; 1 << 20], b"\r\n"].concat();
        let mut sent = 0;
        while sent < 40 && tcp.write_all(&piece).await.is_ok() {
            sent += 1;
        }
        refused(&crate::client::read_reply(&mut tcp).await, 413, "body-too-big");
    }
}

/// A long file over a slow network takes longer than any body may; only one that stands still is given up.
#[tokio::test]
async fn a_slow_file_arrives_and_one_that_stops_does_not() {
    let server = Server::start(|config| {
        config.body_timeout = Duration::from_millis(200);
        config.limits.transfer_stall = Duration::from_millis(600);
        config.limits.max_transfers = 1;
    })
    .await;
    let head = format!(
        "POST {PATH}?name=a.txt HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: 12\r\n\r\n",
        server.address
    );
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(head.as_bytes()).await.unwrap();
    for piece in [b"abcd", b"efgh", b"ijkl"] {
        tokio::time::sleep(Duration::from_millis(250)).await;
        tcp.write_all(piece).await.unwrap();
    }
    assert_eq!(crate::client::read_reply(&mut tcp).await.status, 202);
    let mut tcp = TcpStream::connect(server.address).await.unwrap();
    tcp.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = server.ask("POST", &format!("{PATH}?name=b"), &[], "x").await;
    refused(&second, 503, "too-many-transfers");
    refused(&crate::client::read_reply(&mut tcp).await, 408, "body-timeout");
    assert_eq!(
        server.ask("POST", &format!("{PATH}?name=b"), &[], "x").await.status,
        202
    );
}
