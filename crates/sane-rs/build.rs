//! Links libsane, which Debian ships without a pkg-config file.

fn main() {
    println!("cargo:rustc-link-lib=sane");
    // See `src/threads.rs`; programs that use this crate say the same in a build script of theirs.
    println!("cargo:rustc-link-arg-tests=-Wl,--export-dynamic-symbol=pthread_setcanceltype");
    println!("cargo:rerun-if-changed=build.rs");
}
