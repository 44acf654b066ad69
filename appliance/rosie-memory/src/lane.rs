//! A named thread that does one thing after another for whoever awaits it: reading and vector work never run on the
//! reactor. Its queue is bounded; a panic is one job's failure, not the thread's end.

use crate::{MemoryError, writer::Pending};
use futures_channel::oneshot;
use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
};

type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Lane {
    queue: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Lane {
    pub(crate) fn start(name: &str, queue: usize) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(queue);
        let work = move || jobs.into_iter().for_each(|job| job());
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Does it after what waits already. A full queue is an answer: busy.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, MemoryError> + Send + 'static,
    ) -> Pending<T> {
        let (reply, pending) = oneshot::channel();
        let job = move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            let panicked = || Err(MemoryError::Meaning("a part of the memory panicked".to_owned()));
            // Nobody may be waiting any more.
            let _ = reply.send(done.unwrap_or_else(|_| panicked()));
        };
        match self.enqueue(Box::new(job)) {
            Ok(()) => Pending::of(pending),
            Err(error) => Pending::refused(error),
        }
    }

    /// The same where nobody waits for what comes of it.
    pub(crate) fn start_work(
        &self,
        work: impl FnOnce() -> Result<(), MemoryError> + Send + 'static,
    ) -> Result<(), MemoryError> {
        self.enqueue(Box::new(move || {
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("a part of the memory panicked");
            }
        }))
    }

    fn enqueue(&self, job: Job) -> Result<(), MemoryError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = queue.as_ref() else {
            return Err(MemoryError::Ended);
        };
        queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => MemoryError::Busy,
            TrySendError::Disconnected(_) => MemoryError::Ended,
        })
    }

    /// Does what waits and ends. Blocking; not from a job of its own.
    pub(crate) fn end(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.end();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future on a thread of the memory's own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
