//! For the fuzz targets in `fuzz/`, and only there: what they call that nobody else may.

use crate::{
    MemoryError, Store,
    memory::take,
    store::{Refusal, WriteTransaction, items::Changes, records, records::Record},
    transfer::import::read_from,
};
use redb::backends::InMemoryBackend;
use rosie_core::memory::MemoryRecord;

thread_local! {
    static STORE: Store = Store::open_on(InMemoryBackend::new).unwrap_or_else(|error| panic!("{error}"));
}

/// Takes a file in and looks at each record it kept, then rolls everything back.
pub fn import(bytes: &[u8]) {
    STORE.with(|store| {
        let rolled_back: Result<(), MemoryError> = store.write(|transaction| {
            let mut changes = Changes::default();
            let read = read_from(bytes, |record| match take(transaction, record.clone(), &mut changes) {
                Ok(_) => {
                    check(transaction, &record);
                    Ok(())
                }
                Err(Refusal::Refused(error)) => Err(error.to_string()),
                Err(Refusal::Store(error)) => panic!("{error}"),
            });
            if let Err(error) = read {
                assert!(!error.to_string().is_empty());
            }
            Err(MemoryError::Ended.into())
        });
        assert!(matches!(rolled_back, Err(MemoryError::Ended)));
    });
}

fn check(transaction: &WriteTransaction, record: &MemoryRecord) {
    match record {
        MemoryRecord::Message(message) => same(transaction, message),
        MemoryRecord::Fact(fact) => same(transaction, fact),
        MemoryRecord::Document(document) => same(transaction, document),
        MemoryRecord::Chunk(chunk) => same(transaction, chunk),
    }
}

fn same<R: Record>(transaction: &WriteTransaction, record: &R) {
    let id = records::id_of(record).unwrap_or_else(|error| panic!("{error}"));
    let found = records::get_for_write::<R>(transaction, id).unwrap_or_else(|error| panic!("{error:?}"));
    let json = |record: &R| serde_json::to_value(record).ok();
    // Ids may be written in several ways; everything else comes back as it was.
    let without_id = |value: Option<serde_json::Value>| {
        let mut value = value?;
        value.as_object_mut()?.remove("id");
        Some(value)
    };
    assert_eq!(
        found.as_ref().map(|found| without_id(json(found))),
        Some(without_id(json(record)))
    );
}
