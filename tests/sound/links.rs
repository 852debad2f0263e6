//! A server without sound has no ALSA, and building must not want its headers: nothing of it may come in.

use std::{env, fs, process::Command};

#[test]
#[cfg(target_os = "linux")]
fn no_sound_library_is_loaded() {
    let loaded = fs::read_to_string("/proc/self/maps").unwrap();
    assert!(loaded.contains("libc.so"), "{loaded}");
    for library in ["libasound", "libpulse", "libpipewire", "libjack", "libdbus"] {
        assert!(!loaded.contains(library), "{library} is loaded");
    }
}

/// `Cargo.lock` names the crates of every system; what is built is what `cargo tree` says of this one.
#[test]
#[cfg(target_os = "linux")]
fn no_crate_that_needs_the_alsa_headers_is_built() {
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let tree = Command::new(cargo)
        .args(["tree", "--offline", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{lib}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let crates = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    assert!(crates.lines().any(|name| name == "pulseaudio"), "{crates}");
    for unwanted in ["alsa", "alsa_sys", "cpal", "libpulse_sys", "openssl_sys"] {
        assert!(!crates.lines().any(|name| name == unwanted), "{unwanted} is built");
    }
}
