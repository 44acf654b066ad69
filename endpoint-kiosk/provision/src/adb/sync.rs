//! Files to and from a device: adb's sync service, `SEND` and `RECV`.

use super::{AdbError, link::Link};

const PIECE: usize = 64 * 1024;
/// An app, with room to spare.
const LARGEST: usize = 256 << 20;
/// Read and written by the shell, read by the package installer.
const MODE: &str = "33188"; // 0100644

pub fn push(mut link: Link, bytes: &[u8], path: &str) -> Result<(), AdbError> {
    let target = format!("{path},{MODE}");
    head(&mut link, b"SEND", target.len())?;
    link.write(target.as_bytes())?;
    for piece in bytes.chunks(PIECE) {
        head(&mut link, b"DATA", piece.len())?;
        link.write(piece)?;
    }
    // In place of a length: the time of the file, in seconds since 1970.
    head(&mut link, b"DONE", 0)?;
    match answer(&mut link)? {
        (kind, _) if &kind == b"OKAY" => quit(&mut link),
        (kind, length) => Err(failed(&mut link, kind, length, path)),
    }
}

pub fn pull(mut link: Link, path: &str) -> Result<Vec<u8>, AdbError> {
    head(&mut link, b"RECV", path.len())?;
    link.write(path.as_bytes())?;
    let mut bytes = Vec::new();
    loop {
        match answer(&mut link)? {
            (kind, length) if &kind == b"DATA" && length <= PIECE && bytes.len() <= LARGEST => {
                let from = bytes.len();
                bytes.resize(from + length, 0);
                link.read(&mut bytes[from..])?;
            }
            (kind, _) if &kind == b"DONE" => {
                quit(&mut link)?;
                return Ok(bytes);
            }
            (kind, length) => return Err(failed(&mut link, kind, length, path)),
        }
    }
}

fn head(link: &mut Link, kind: &[u8; 4], number: usize) -> Result<(), AdbError> {
    let number = u32::try_from(number).map_err(|_| link.strange("a file of more than 4 GB"))?;
    let mut bytes = kind.to_vec();
    bytes.extend(number.to_le_bytes());
    link.write(&bytes)
}

fn answer(link: &mut Link) -> Result<([u8; 4], usize), AdbError> {
    let mut bytes = [0; 8];
    link.read(&mut bytes)?;
    let [a, b, c, d, number @ ..] = bytes;
    Ok(([a, b, c, d], u32::from_le_bytes(number) as usize))
}

fn quit(link: &mut Link) -> Result<(), AdbError> {
    head(link, b"QUIT", 0)
}

fn failed(link: &mut Link, kind: [u8; 4], length: usize, path: &str) -> AdbError {
    if &kind != b"FAIL" || length > PIECE {
        return link.strange(&String::from_utf8_lossy(&kind));
    }
    let mut said = vec![0; length];
    if let Err(error) = link.read(&mut said) {
        return error;
    }
    AdbError::Refused {
        what: path.to_owned(),
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}
