//! Documents come in, are found, replaced and deleted; hostile ones are refused.

use crate::support::*;
use proptest::prelude::*;
use rosie_core::{
    ErrorCode, UserId,
    memory::{Collection, DocumentRecord, DocumentState, MemoryAdmin, MemoryRecord, Upload},
};
use rosie_memory::{
    RosieMemory,
    documents::{Format, Reader, read, read_here},
};
use std::time::{Duration, Instant};
use tempfile::tempdir;

const MANUAL: &str = "# Boiler\n\nThe boiler stands in the cellar.\n\n## Warranty\n\nThe warranty of the boiler is two \
                      years.\n\n- Keep the invoice.\n\n## Errors\n\n| code | meaning |\n|---|---|\n| E7 | pump blocked |\n";

fn upload(name: &str, bytes: &[u8]) -> Upload {
    Upload {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        ..Upload::default()
    }
}

fn finished(memory: &RosieMemory, id: &str) -> DocumentRecord {
    let start = Instant::now();
    loop {
        let Some(MemoryRecord::Document(document)) = wait(memory.get(id)).unwrap() else {
            panic!("no document")
        };
        match document.state {
            DocumentState::Ready | DocumentState::Failed { .. } => return document,
            _ => assert!(start.elapsed() < Duration::from_secs(30), "{:?}", document.state),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A PDF of one page that says one sentence, its stream as it is.
pub fn pdf(stream: &[u8], filter: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |file: &mut Vec<u8>, body: &[u8]| {
        offsets.push(file.len());
        let number = offsets.len();
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(body);
        file.extend(b"\nendobj\n");
    };
    object(&mut file, b"<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut file, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(
        &mut file,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    );
    let mut content = format!("<< /Length {} {filter} >>\nstream\n", stream.len()).into_bytes();
    content.extend(stream);
    content.extend(b"\nendstream");
    object(&mut file, &content);
    object(
        &mut file,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    let xref = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
    for offset in &offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = offsets.len() + 1;
    file.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n").bytes());
    file
}

#[test]
fn a_manual_is_found_replaced_and_deleted() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    let tagged = Upload {
        tags: vec!["Heating".to_owned()],
        ..upload("boiler.md", MANUAL.as_bytes())
    };
    let document = wait(memory.upload(tagged)).unwrap();
    assert_eq!(
        (document.state, document.media_type.as_str()),
        (DocumentState::Parsing, "text/markdown")
    );
    let document = finished(&memory, &document.id);
    assert_eq!((document.state.clone(), document.chunks), (DocumentState::Ready, 3));
    let chunks = wait(memory.chunks(&document.id)).unwrap();
    assert_eq!(chunks[1].headings, ["Boiler", "Warranty"]);
    assert_eq!(
        chunks[1].text,
        "The warranty of the boiler is two years. Keep the invoice."
    );
    assert_eq!(chunks[2].text, "code | meaning | E7 | pump blocked |");
    let found = recall(&memory, "How long is the boiler warranty?", "");
    assert_eq!(
        (found[0].collection, found[0].source.as_deref()),
        (Collection::Documents, Some("boiler.md"))
    );
    let again = Upload {
        replaces: Some(document.id.clone()),
        ..upload("boiler.txt", b"The boiler was sold.")
    };
    wait(memory.upload(again)).unwrap();
    let replaced = finished(&memory, &document.id);
    assert_eq!((replaced.chunks, replaced.tags), (1, vec!["heating".to_owned()]));
    assert!(recall(&memory, "How long is the warranty?", "").is_empty());
    assert_eq!(wait(memory.delete(vec![document.id.clone()])).unwrap(), 1);
    assert_eq!(
        (memory.stats().unwrap().chunks, memory.stats().unwrap().documents),
        (0, 0)
    );
    memory.tidy().unwrap();
    let bytes = std::fs::read(folder.path().join(rosie_memory::FILE_NAME)).unwrap();
    assert!(!bytes.windows(8).any(|window| window == b"warranty"));
}

#[test]
fn a_new_version_stays_whose_it_was() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    let own = Upload {
        visible_to: Some(UserId("anna".to_owned())),
        tags: vec!["diary".to_owned()],
        ..upload("mine.txt", b"Nobody knows it.")
    };
    let id = wait(memory.upload(own)).unwrap().id;
    finished(&memory, &id);
    let again = Upload {
        replaces: Some(id.clone()),
        tags: vec!["letters".to_owned()],
        ..upload("mine.txt", b"Still nobody knows it.")
    };
    let taken = wait(memory.upload(again)).unwrap();
    for document in [taken, finished(&memory, &id)] {
        assert_eq!(document.visible_to, Some(UserId("anna".to_owned())));
        assert_eq!(document.tags, ["letters"]);
    }
}

#[test]
fn html_and_pdf_are_read() {
    let page = "<html><head><title>x</title><style>p{}</style></head><body><nav>Home</nav><h1>Bees</h1><p>They <b>dance</b>.\
                <script>alert(1)</script><ul><li>Honey<li>Wax</ul></body></html>";
    let pieces = read(page.as_ref(), Format::Html).unwrap();
    assert_eq!(
        (pieces[0].headings.as_slice(), pieces[0].text.as_str()),
        (&["Bees".to_owned()][..], "They dance. Honey Wax")
    );
    // Longer than what is parsed at once, cut wherever a letter ends.
    let page = "<p>Grüße</p>".repeat(20_000);
    let blocks = read_here(page.as_bytes(), Format::Html).unwrap();
    assert!(blocks.len() == 20_000 && blocks.iter().all(|block| block.text == "Grüße"));
    let utf_16: Vec<u8> = "\u{feff}Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let format = Format::of("a.txt", None, &utf_16).unwrap();
    assert_eq!(read(&utf_16, format).unwrap()[0].text, "Grüße");
    let file = pdf(b"BT /F1 12 Tf 72 700 Td (The key is under the mat.) Tj ET", "");
    let pieces = read(&file, Format::Pdf).unwrap();
    assert!(pieces[0].text.contains("The key is under the mat."), "{pieces:?}");
}

#[test]
fn hostile_and_wrong_files_are_refused() {
    let folder = tempdir().unwrap();
    let memory = memory(folder.path());
    for (name, bytes) in [
        ("a.pdf", &b"no pdf"[..]),
        ("a.bin", &[0xff, 0xfe, 0, 1][..]),
        ("a.exe", b"MZ\0\x01"),
        ("a.txt", b"MZ\0\x01"),
        ("a.html", b"<p>\0</p>"),
    ] {
        assert_eq!(
            wait(memory.upload(upload(name, bytes))).unwrap_err().code,
            ErrorCode::BadRequest
        );
    }
    let empty = wait(memory.upload(upload("empty.md", b"  \n"))).unwrap();
    let DocumentState::Failed { reason } = finished(&memory, &empty.id).state else {
        panic!("an empty file is no document")
    };
    assert!(reason.contains("no text"), "{reason}");
    // 400 MiB of zeros in 400 kB.
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..400 {
        std::io::Write::write_all(&mut packer, &vec![0; 1 << 20]).unwrap();
    }
    let bomb = pdf(&packer.finish().unwrap(), "/Filter /FlateDecode");
    let error = read_here(&bomb, Format::Pdf).unwrap_err();
    assert!(error.to_string().contains("256 MiB"), "{error}");
    let twice = pdf(b"x", "/Filter [/FlateDecode /FlateDecode]");
    assert!(
        read_here(&twice, Format::Pdf)
            .unwrap_err()
            .to_string()
            .contains("twice")
    );
    let deep = |depth: usize| read(("<div>".repeat(depth) + "deep").as_bytes(), Format::Html);
    assert!(deep(1_000).is_ok());
    for depth in [2_100, 1_000_000] {
        let error = deep(depth).unwrap_err().to_string();
        assert!(error.contains("nested more than"), "{error}");
    }
    let quotes = "> ".repeat(20_000) + "deep";
    assert!(read(quotes.as_bytes(), Format::Markdown).is_ok());
}

#[test]
fn what_reads_documents_is_ended_at_its_deadline_and_believed_only_in_its_form() {
    let reader = |script: &str| Reader {
        deadline: Duration::from_millis(300),
        ..Reader::new("/bin/sh".into(), vec!["-c".to_owned(), script.to_owned()])
    };
    let read = |script: &str| reader(script).read(vec![b'a'; 1 << 20], Format::Text);
    let began = Instant::now();
    // What it started holds its output open, too.
    let slow = read("exec sleep 30").unwrap_err().to_string();
    assert!(
        slow.contains("longer than") && began.elapsed() < Duration::from_secs(10),
        "{slow}"
    );
    for script in [
        "exit 1",
        "echo no JSON",
        "kill -9 $$",
        r#"echo '{"pieces":[{"text":1}]}'"#,
    ] {
        let error = read(script).unwrap_err().to_string();
        assert!(error.contains("damaged"), "{script}: {error}");
    }
    let refused = read(r#"echo '{"refused":"there is no text in it"}'"#)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("there is no text in it"), "{refused}");
    let pieces = read(r#"cat >/dev/null; echo '{"pieces":[{"headings":["A"],"text":"b"}]}'"#).unwrap();
    assert_eq!((pieces[0].headings[0].as_str(), pieces[0].text.as_str()), ("A", "b"));
    let nobody = Reader::new("/nowhere/rosied".into(), Vec::new()).read(Vec::new(), Format::Text);
    assert!(nobody.unwrap_err().to_string().contains("cannot be started"));
}

#[test]
fn long_texts_are_cut_along_sentences_with_overlap() {
    let text: String = (0..120)
        .map(|n| format!("This is the sentence with number {n} in it. "))
        .collect();
    let pieces = read(text.as_bytes(), Format::Text).unwrap();
    assert!((5..=7).contains(&pieces.len()), "{}", pieces.len());
    for pair in pieces.windows(2) {
        let words = pair[0].text.split(' ').count();
        assert!((150..=200).contains(&words), "{words}");
        let first: String = pair[1].text.split_inclusive('.').next().unwrap().to_owned();
        assert!(
            pair[0].text.contains(&first),
            "the next piece begins with the end of the one before"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000), format in 0usize..3) {
        let format = [Format::Text, Format::Markdown, Format::Html][format];
        if let Ok(blocks) = read_here(&bytes, format) {
            for piece in rosie_memory::documents::cut(&blocks) {
                prop_assert!(!piece.text.is_empty() && piece.text.split(' ').count() <= 260);
            }
        }
    }

    #[test]
    fn any_markup_is_read_or_refused(text in r"([#*`>|\-\[\]()!<>/a-z&; \n]{0,10}(<[a-z1-6]{1,3}>|</p>|\| )?){0,60}") {
        for format in [Format::Markdown, Format::Html] {
            let _ = read_here(text.as_bytes(), format);
        }
    }

    /// On its own thread with panics caught, as in use: PDF readers do panic.
    #[test]
    fn a_changed_pdf_is_read_or_refused(changes in proptest::collection::vec((0usize..700, any::<u8>()), 0..12), cut in 0usize..900) {
        let mut file = pdf(b"BT /F1 12 Tf 72 700 Td (The key is under the mat.) Tj ET", "");
        for (at, byte) in changes {
            let length = file.len();
            file[at % length] = byte;
        }
        file.truncate(cut.max(8));
        let _ = read(&file, Format::Pdf);
    }
}
