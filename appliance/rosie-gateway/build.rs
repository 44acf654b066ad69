//! The pages are embedded: a file that is added or taken away must rebuild the crate.

fn main() {
    println!("cargo:rerun-if-changed=../../endpoint-kiosk/web");
    println!("cargo:rerun-if-changed=src/http/docs");
}
