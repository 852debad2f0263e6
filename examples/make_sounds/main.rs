//! Writes the sound cues to `assets/sounds`. Run it after a change of `synth.rs`: `cargo run --example make_sounds`.

mod synth;

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sounds");
    fs::create_dir_all(&folder)?;
    synth::all().into_iter().try_for_each(|(name, wav)| fs::write(folder.join(format!("{name}.wav")), wav))
}
