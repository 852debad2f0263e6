//! What `play` answers, and that it never waits.

use proximity::sound::{Bells, Cue, Ears, Heard, Level, Player};

use super::HALF;

fn player(level: Level, ears: Ears) -> Player {
    Player::new(level, ears, "/nowhere".into())
}

#[test]
fn over_ssh_only_an_error_rings_the_bell() {
    let mut player = player(HALF, Ears::Remote);
    for cue in Cue::ALL {
        let expected = if cue == Cue::Error { Heard::Bell } else { Heard::Nothing };
        assert_eq!(player.play(cue), expected, "{cue:?}");
    }
}

#[test]
fn over_ssh_the_bell_rings_as_the_operator_wants_it() {
    let mut player = player(HALF, Ears::Remote);
    player.set_bells(Bells::Always);
    assert_eq!(player.play(Cue::Flip), Heard::Bell);
    player.set_bells(Bells::Never);
    assert_eq!(player.play(Cue::Error), Heard::Nothing);
}

#[test]
fn muted_or_turned_down_nothing_is_heard_anywhere() {
    for level in [Level { mute: true, ..HALF }, Level { volume: 0.0, ..HALF }, Level { volume: f32::NAN, ..HALF }] {
        for ears in [Ears::Here, Ears::Remote] {
            let mut player = player(level, ears);
            assert!(Cue::ALL.iter().all(|cue| player.play(*cue) == Heard::Nothing), "{level:?} {ears:?}");
        }
    }
    let mut player = player(HALF, Ears::Remote);
    player.set_level(Level { mute: true, ..HALF });
    assert_eq!(player.play(Cue::Error), Heard::Nothing);
    player.set_level(HALF);
    assert_eq!(player.play(Cue::Error), Heard::Bell);
}
