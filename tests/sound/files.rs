//! The sounds that are built in.

use std::collections::HashSet;

use proximity::sound::Cue;

use super::synth;

#[test]
fn the_built_in_files_are_what_the_generator_makes() {
    let made = synth::all();
    assert_eq!(made.len(), Cue::ALL.len());
    for cue in Cue::ALL {
        let (_, wav) = made.iter().find(|(name, _)| *name == cue.slug()).unwrap();
        assert!(wav == cue.file(), "{}.wav is old: cargo run --example make_sounds", cue.slug());
    }
}

#[test]
fn every_cue_is_a_short_small_sound_of_its_own() {
    let mut files = HashSet::new();
    for cue in Cue::ALL {
        let (name, wav) = (cue.slug(), cue.file());
        assert!(wav.len() < 40_000, "{name} has {} bytes", wav.len());
        assert!(wav.starts_with(b"RIFF") && wav[8..16] == *b"WAVEfmt ", "{name}");
        assert!(files.insert(wav), "{name} sounds like another one");
        let samples: Vec<i16> = wav[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((10_000..=20_000).contains(&loudest), "{name} is as loud as {loudest}");
        assert!(samples[0].unsigned_abs() < 12_000 && samples.last() == Some(&0), "{name} cracks");
    }
}
