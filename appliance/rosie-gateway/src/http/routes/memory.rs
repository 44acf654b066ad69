//! The routes of the memory.

use super::{
    Action::Memory, Content, ERROR, FOREIGN, LONG, Need, Operation, QueryValue, Reply, Route, SLOW, Shape, reply, value,
};
use crate::http::memory::{Kind, MemoryAction};
use http::Method;

const BAD_BODY: Reply = reply(
    400,
    ERROR,
    "The body is not what this takes; the message names the place.",
);
const BAD_QUERY: Reply = reply(400, ERROR, "Something behind the `?` cannot be used.");
const UNKNOWN: Reply = reply(404, ERROR, "There is none with this id.");
const REFUSED: Reply = reply(422, ERROR, "It cannot be done as asked; nothing was changed.");
const UNAVAILABLE: Reply = reply(
    503,
    ERROR,
    "There is no memory (`memory-unavailable`), or too many files are on their way (`too-many-transfers`).",
);

const fn text(name: &'static str, what: &'static str) -> QueryValue {
    value(name, Shape::Text, false, what)
}

const LIST_QUERY: &[QueryValue] = &[
    value(
        "limit",
        Shape::Number,
        false,
        "Items of a page: 1 to 500, 50 when absent.",
    ),
    text("cursor", "`next` of the page before."),
    value("room", Shape::Texts, false, "Only of these rooms."),
    text("user", "What this person may see; absent: everybody's."),
    text("speaker", "`user` or `rosie`."),
    value("tag", Shape::Texts, false, "With every one of these."),
    text("conversation", "Only of this one."),
    value("since_unix_ms", Shape::Number, false, "From this moment on."),
    value("until_unix_ms", Shape::Number, false, "Before this moment."),
];

const FILE_QUERY: &[QueryValue] = &[
    value(
        "name",
        Shape::Text,
        false,
        "The file's name, when it is the body itself; its ending tells its format.",
    ),
    value("tag", Shape::Texts, false, "Its tags."),
    text("visible_to", "Who may see it; absent: everybody in the house."),
];

macro_rules! operation {
    ($method:ident, $action:expr, $need:expr, $id:literal, $summary:literal, $query:expr, $body:expr, [$($reply:expr),* $(,)?]) => {
        Operation {
            method: Method::$method,
            action: Memory($action),
            need: $need,
            id: $id,
            summary: $summary,
            query: $query,
            body: $body,
            replies: &[$($reply),*],
        }
    };
}

/// Reading, changing and deleting one of a kind.
macro_rules! one {
    ($kind:ident, $shape:literal, $get:literal, $edit:literal, $delete:literal $(, $more:expr)?) => {
        &[
            operation!(GET, MemoryAction::Get(Kind::$kind), Need::Read, $get, "One of them.", &[], None,
                [reply(200, Content::Json($shape), "As it is."), UNKNOWN, UNAVAILABLE]),
            operation!(PATCH, MemoryAction::Edit(Kind::$kind), Need::Control, $edit, "Changes its text, tags, or who may see it.", &[],
                Some(Content::Json("MemoryEdit")),
                [reply(200, Content::Json($shape), "As it is now."), BAD_BODY, FOREIGN, UNKNOWN, SLOW, LONG, REFUSED,
                 UNAVAILABLE]),
            operation!(DELETE, MemoryAction::Delete(Kind::$kind), Need::Control, $delete, "Deletes it for good.", &[], None,
                [DELETED, FOREIGN, UNKNOWN, UNAVAILABLE]),
            $($more)?
        ]
    };
}

const DELETED: Reply = reply(
    200,
    Content::Json("MemoryDeleted"),
    "How many went. They are found no more.",
);
const PAGE: Reply = reply(200, Content::Json("MemoryPage"), "Newest first; `next` leads on.");
const ACCEPTED: Reply = reply(
    202,
    Content::Json("MemoryDocument"),
    "It is being read; its `state`, by GET, tells how far it is.",
);

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/memory/query",
        operations: &[operation!(
            POST,
            MemoryAction::Query,
            Need::Read,
            "queryMemory",
            "Looks for memories: by meaning where there is a text, else newest first.",
            &[],
            Some(Content::Json("MemoryQuery")),
            [
                reply(
                    200,
                    Content::Json("MemoryPage"),
                    "With a text the best first, each with its score."
                ),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                REFUSED,
                UNAVAILABLE
            ]
        )],
    },
    Route {
        path: "/api/v1/memory/conversations",
        operations: &[operation!(
            GET,
            MemoryAction::Conversations,
            Need::Read,
            "listConversations",
            "Conversations, newest first; at most 100 a page, 20 when no limit is given.",
            LIST_QUERY,
            None,
            [
                reply(
                    200,
                    Content::Json("MemoryConversations"),
                    "May be few and still have a next page."
                ),
                BAD_QUERY,
                REFUSED,
                UNAVAILABLE
            ]
        )],
    },
    Route {
        path: "/api/v1/memory/messages",
        operations: &[operation!(
            GET,
            MemoryAction::List(Kind::Message),
            Need::Read,
            "listMessages",
            "What was said.",
            LIST_QUERY,
            None,
            [PAGE, BAD_QUERY, REFUSED, UNAVAILABLE]
        )],
    },
    Route {
        path: "/api/v1/memory/messages/{id}",
        operations: one!(Message, "MemoryMessage", "getMessage", "editMessage", "deleteMessage"),
    },
    Route {
        path: "/api/v1/memory/facts",
        operations: &[
            operation!(
                GET,
                MemoryAction::List(Kind::Fact),
                Need::Read,
                "listFacts",
                "What is known now.",
                LIST_QUERY,
                None,
                [PAGE, BAD_QUERY, REFUSED, UNAVAILABLE]
            ),
            operation!(
                POST,
                MemoryAction::AddFact,
                Need::Control,
                "addFact",
                "Adds a fact. One that it contradicts becomes its history.",
                &[],
                Some(Content::Json("MemoryNewFact")),
                [
                    reply(201, Content::Json("MemoryFact"), "Kept."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                    UNAVAILABLE
                ]
            ),
        ],
    },
    Route {
        path: "/api/v1/memory/facts/{id}",
        operations: one!(Fact, "MemoryFact", "getFact", "editFact", "deleteFact"),
    },
    Route {
        path: "/api/v1/memory/facts/{id}/history",
        operations: &[operation!(
            GET,
            MemoryAction::FactHistory,
            Need::Read,
            "factHistory",
            "The fact and those that it took the place of, newest first.",
            &[],
            None,
            [
                reply(200, Content::Json("MemoryFacts"), "Each older one names its successor."),
                UNKNOWN,
                UNAVAILABLE
            ]
        )],
    },
    Route {
        path: "/api/v1/memory/documents",
        operations: &[
            operation!(
                GET,
                MemoryAction::List(Kind::Document),
                Need::Read,
                "listDocuments",
                "Documents, without their text.",
                LIST_QUERY,
                None,
                [PAGE, BAD_QUERY, REFUSED, UNAVAILABLE]
            ),
            operation!(
                POST,
                MemoryAction::AddDocument,
                Need::Control,
                "addDocument",
                "Takes a text, Markdown, HTML or PDF file in, of at most 32 MiB.",
                FILE_QUERY,
                Some(Content::File),
                [ACCEPTED, BAD_BODY, FOREIGN, SLOW, LONG, REFUSED, UNAVAILABLE]
            ),
        ],
    },
    Route {
        path: "/api/v1/memory/documents/{id}",
        operations: one!(
            Document,
            "MemoryDocument",
            "getDocument",
            "editDocument",
            "deleteDocument",
            operation!(
                PUT,
                MemoryAction::ReplaceDocument,
                Need::Control,
                "replaceDocument",
                "A new version: the document keeps its id, its text is read anew.",
                FILE_QUERY,
                Some(Content::File),
                [ACCEPTED, BAD_BODY, FOREIGN, UNKNOWN, SLOW, LONG, REFUSED, UNAVAILABLE]
            )
        ),
    },
    Route {
        path: "/api/v1/memory/documents/{id}/chunks",
        operations: &[operation!(
            GET,
            MemoryAction::Chunks,
            Need::Read,
            "documentChunks",
            "What a document was cut into, in the order of the text.",
            &[],
            None,
            [
                reply(200, Content::Json("MemoryChunks"), "None while it is being read."),
                UNKNOWN,
                UNAVAILABLE
            ]
        )],
    },
    Route {
        path: "/api/v1/memory/delete",
        operations: &[operation!(
            POST,
            MemoryAction::DeleteMany,
            Need::Control,
            "deleteMemories",
            "Deletes messages, facts and documents by their ids, 1000 at most.",
            &[],
            Some(Content::Json("MemoryIds")),
            [DELETED, BAD_BODY, FOREIGN, SLOW, LONG, REFUSED, UNAVAILABLE]
        )],
    },
    Route {
        path: "/api/v1/memory/clear",
        operations: &[operation!(
            POST,
            MemoryAction::Clear,
            Need::Control,
            "clearMemory",
            "Deletes all of a room, a person, a conversation, a span of time, or everything. Wants a confirmation.",
            &[],
            Some(Content::Json("MemoryClear")),
            [DELETED, BAD_BODY, FOREIGN, SLOW, LONG, REFUSED, UNAVAILABLE]
        )],
    },
    Route {
        path: "/api/v1/memory/settings",
        operations: &[
            operation!(
                GET,
                MemoryAction::Settings,
                Need::Read,
                "memorySettings",
                "How long and what is remembered.",
                &[],
                None,
                [reply(200, Content::Json("MemorySettings"), "In force."), UNAVAILABLE]
            ),
            operation!(
                PUT,
                MemoryAction::SetSettings,
                Need::Control,
                "setMemorySettings",
                "Sets how long and what is remembered. A shorter retention deletes at once.",
                &[],
                Some(Content::Json("MemorySettings")),
                [
                    reply(200, Content::Json("MemorySettings"), "In force now."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                    UNAVAILABLE
                ]
            ),
        ],
    },
    Route {
        path: "/api/v1/memory/stats",
        operations: &[operation!(
            GET,
            MemoryAction::Stats,
            Need::Read,
            "memoryStats",
            "What and how much there is.",
            &[],
            None,
            [reply(200, Content::Json("MemoryStats"), "Counted now."), UNAVAILABLE]
        )],
    },
    Route {
        path: "/api/v1/memory/export",
        operations: &[operation!(
            GET,
            MemoryAction::Export,
            Need::Read,
            "exportMemory",
            "Everything as one JSON document, to keep or to bring into another appliance.",
            &[],
            None,
            [
                reply(
                    200,
                    Content::AnyJson,
                    "A file that breaks off is cut, never silently short."
                ),
                UNAVAILABLE
            ]
        )],
    },
    Route {
        path: "/api/v1/memory/import",
        operations: &[operation!(
            POST,
            MemoryAction::Import,
            Need::Control,
            "importMemory",
            "Takes an export in: all of it or nothing. Items with ids that are there already are replaced.",
            &[],
            Some(Content::AnyJson),
            [
                reply(200, Content::Json("MemoryImported"), "What came in."),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                reply(422, ERROR, "No export of a Rosie; the message names line and column."),
                UNAVAILABLE
            ]
        )],
    },
];
