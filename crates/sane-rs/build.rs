//! Links libsane, which Debian ships without a pkg-config file.

fn main() {
    println!("cargo:rustc-link-lib=sane");
    println!("cargo:rerun-if-changed=build.rs");
}
