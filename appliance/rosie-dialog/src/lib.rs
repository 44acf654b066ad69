//! rosie-dialog
