//! Lets scanner backends find the function of `sane_rs` that keeps their threads from being ended in the midst of the
//! heap.

fn main() {
    println!("cargo:rustc-link-arg-bin=scantrail-sane-worker=-Wl,--export-dynamic-symbol=pthread_setcanceltype");
    println!("cargo:rerun-if-changed=build.rs");
}
