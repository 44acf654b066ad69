//! The owner's control: core's `MemoryAdmin`.

use super::{RosieMemory, edit, forget, import, list, settings, upload};
use crate::{MemoryError, writer::Pending};
use rosie_core::{
    BoxFuture, Failure,
    memory::{
        ChunkRecord, ChunkSink, ChunkSource, DocumentRecord, FactRecord, Imported, MemoryAdmin, MemoryEdit,
        MemoryFilter, MemoryItem, MemoryProgress, MemoryQuery, MemoryRecord, MemorySettings, MemoryStats, NewFact,
        Upload,
    },
};

fn answer<'a, T: Send + 'a>(pending: Pending<T>) -> BoxFuture<'a, Result<T, Failure>> {
    Box::pin(async move { Ok(pending.done().await?) })
}

impl RosieMemory {
    /// On the owner's thread.
    fn asked<T: Send + 'static>(
        &self,
        work: impl FnOnce(&std::sync::Arc<super::Shared>) -> Result<T, MemoryError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, Failure>> {
        let shared = self.shared.clone();
        answer(self.shared.requests.run(move || work(&shared)))
    }
}

impl MemoryAdmin for RosieMemory {
    fn query(&self, query: MemoryQuery) -> BoxFuture<'_, Result<Vec<MemoryItem>, Failure>> {
        self.asked(move |shared| list::query(shared, &query))
    }

    fn get(&self, id: &str) -> BoxFuture<'_, Result<Option<MemoryRecord>, Failure>> {
        let id = id.to_owned();
        self.asked(move |shared| list::get(shared, &id))
    }

    fn edit(&self, id: &str, edit: MemoryEdit) -> BoxFuture<'_, Result<MemoryRecord, Failure>> {
        let id = id.to_owned();
        self.asked(move |shared| edit::edit(shared, &id, edit))
    }

    fn delete(&self, ids: Vec<String>) -> BoxFuture<'_, Result<usize, Failure>> {
        self.asked(move |shared| edit::delete(shared, &ids))
    }

    fn clear(&self, filter: MemoryFilter) -> BoxFuture<'_, Result<usize, Failure>> {
        self.asked(move |shared| forget::clear(shared, filter))
    }

    fn add_fact(&self, fact: NewFact) -> BoxFuture<'_, Result<FactRecord, Failure>> {
        self.asked(move |shared| edit::add_fact(shared, fact))
    }

    fn fact_history(&self, id: &str) -> BoxFuture<'_, Result<Vec<FactRecord>, Failure>> {
        let id = id.to_owned();
        self.asked(move |shared| {
            let id = edit::known(&id)?;
            shared
                .store
                .read(|transaction| crate::store::facts::history(transaction, id))
        })
    }

    fn upload(&self, upload: Upload) -> BoxFuture<'_, Result<DocumentRecord, Failure>> {
        self.asked(move |shared| upload::upload(shared, upload))
    }

    fn chunks(&self, document: &str) -> BoxFuture<'_, Result<Vec<ChunkRecord>, Failure>> {
        let document = document.to_owned();
        self.asked(move |shared| {
            shared
                .store
                .read(|transaction| crate::store::documents::chunks(transaction, &document))
        })
    }

    fn settings(&self) -> Result<MemorySettings, Failure> {
        Ok(self.shared.settings())
    }

    fn set_settings(&self, settings: MemorySettings) -> BoxFuture<'_, Result<(), Failure>> {
        self.asked(move |shared| settings::set(shared, settings))
    }

    fn stats(&self) -> Result<MemoryStats, Failure> {
        Ok(list::stats(&self.shared)?)
    }

    fn export(&self, sink: ChunkSink, progress: MemoryProgress) -> BoxFuture<'_, Result<(), Failure>> {
        self.asked(move |shared| crate::transfer::export::export(&shared.store, &shared.settings(), sink, progress))
    }

    fn import(&self, source: ChunkSource, progress: MemoryProgress) -> BoxFuture<'_, Result<Imported, Failure>> {
        self.asked(move |shared| import::import(shared, source, progress))
    }
}
