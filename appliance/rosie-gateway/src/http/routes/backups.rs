//! The routes of backups.

use super::{
    Action, BAD_BODY, Content, ERROR, FOREIGN, LONG, Need, REFUSED, Reply, Route, SLOW, get, operation, reply,
};
use crate::http::backups::BackupAction;
use http::Method;

const BUSY: Reply = reply(503, ERROR, "Another backup is being made, read or sent.");
const FILE: Content = Content::Json("BackupFile");

pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/api/v1/backups",
        operations: &[
            get(
                Action::Backups(BackupAction::State),
                Need::Admin,
                "backups",
                "The backups that there are, when the next one is made, and how far one is that is being made.",
                &[reply(200, Content::Json("Backups"), "Newest first.")],
            ),
            operation(
                Method::POST,
                Action::Backups(BackupAction::Make),
                Need::Admin,
                "makeBackup",
                "Makes one now, and reads it back before it counts.",
                Some(Content::Json("BackupMake")),
                &[
                    reply(201, FILE, "Made and verified."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                    BUSY,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/backups/{name}",
        operations: &[
            get(
                Action::Backups(BackupAction::Download),
                Need::Admin,
                "downloadBackup",
                "The file as it lies there, encrypted.",
                &[
                    reply(
                        200,
                        Content::Bytes,
                        "A file that breaks off is cut, never silently short.",
                    ),
                    reply(404, ERROR, "There is none of this name."),
                    BUSY,
                ],
            ),
            operation(
                Method::PUT,
                Action::Backups(BackupAction::Add),
                Need::Admin,
                "addBackup",
                "Takes in a file that was made elsewhere, to bring it back here.",
                Some(Content::Bytes),
                &[
                    reply(201, FILE, "It is there; nothing was opened."),
                    BAD_BODY,
                    FOREIGN,
                    SLOW,
                    LONG,
                    REFUSED,
                    BUSY,
                ],
            ),
            operation(
                Method::DELETE,
                Action::Backups(BackupAction::Remove),
                Need::Admin,
                "removeBackup",
                "Deletes it.",
                None,
                &[
                    reply(200, Content::Json("BackupRemoved"), "It is gone."),
                    FOREIGN,
                    REFUSED,
                ],
            ),
        ],
    },
    Route {
        path: "/api/v1/backups/{name}/preview",
        operations: &[operation(
            Method::POST,
            Action::Backups(BackupAction::Preview),
            Need::Admin,
            "previewBackup",
            "Reads all of it, and tells what it holds beside what it would replace.",
            Some(Content::Json("BackupOpen")),
            &[
                reply(200, Content::Json("BackupPreview"), "Every byte of it is right."),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                REFUSED,
                BUSY,
            ],
        )],
    },
    Route {
        path: "/api/v1/backups/{name}/restore",
        operations: &[operation(
            Method::POST,
            Action::Backups(BackupAction::Restore),
            Need::Admin,
            "restoreBackup",
            "Brings these parts back and starts anew; what they replace is kept aside.",
            Some(Content::Json("BackupRestore")),
            &[
                reply(
                    202,
                    Content::Json("BackupRestoring"),
                    "It was tried and lies ready; the restart comes now.",
                ),
                BAD_BODY,
                FOREIGN,
                SLOW,
                LONG,
                reply(
                    422,
                    Content::Json("BackupRefused"),
                    "It cannot be opened, or its configuration cannot be used here. Nothing was changed.",
                ),
                BUSY,
            ],
        )],
    },
];
