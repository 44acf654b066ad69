//! What a plugin may send in a stretch of time: one that floods would keep a processor busy with reading.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, ReadBuf},
    time::Instant,
};

/// Bytes a second, in the long run.
const RATE: f64 = 1_000_000.0;
/// Bytes at once.
const BURST: f64 = 8_000_000.0;

/// Ends with an error where more comes than it lets through.
pub(super) struct Metered<R> {
    inner: R,
    left: f64,
    at: Instant,
}

impl<R> Metered<R> {
    pub fn new(inner: R) -> Self {
        let (left, at) = (BURST, Instant::now());
        Self { inner, left, at }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buffer))?;
        let now = Instant::now();
        let grown = now.duration_since(self.at).as_secs_f64() * RATE;
        self.at = now;
        self.left = (self.left + grown).min(BURST) - (buffer.filled().len() - before) as f64;
        Poll::Ready(match self.left < 0.0 {
            true => Err(io::Error::other("it sends more than a plugin may")),
            false => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test(start_paused = true)]
    async fn a_flood_ends_and_a_brook_does_not() {
        let mut flood = Metered::new(tokio::io::repeat(b'x'));
        let mut all = vec![0; 64 * 1024];
        let mut read = 0;
        let error = loop {
            match flood.read(&mut all).await {
                Ok(more) => read += more,
                Err(error) => break error,
            }
        };
        assert!(
            read as f64 <= BURST && error.to_string().contains("more than"),
            "{read} {error}"
        );
        let mut brook = Metered::new(tokio::io::repeat(b'x'));
        for _ in 0..1000 {
            brook.read_exact(&mut all).await.unwrap();
            tokio::time::advance(std::time::Duration::from_millis(100)).await;
        }
    }
}
