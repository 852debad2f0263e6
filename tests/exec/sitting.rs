//! How we sit down at a console that somebody left in some state, or that dies under us.

use std::time::{Duration, Instant};

use proximity::exec::{Patience, Script};

use super::{
    lab::{Foreign, Lab, Person, Shell, Trouble, Way},
    real::{link, run, try_link},
};

#[tokio::test]
async fn a_line_that_falls_silent_is_no_held_terminal() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    for way in [Way::Typed, Way::Heard] {
        lab.strike_after(way, 10, Trouble::Silence);
        let began = Instant::now();
        let mut link = try_link(&lab, Patience::default()).await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(10), "it is not tried as long as one that is held");
        assert_eq!(run(&mut link, &Script::new("echo in")).await.out, b"in\n");
        assert!(!lab.is_trouble_ahead());
    }
}

#[tokio::test]
async fn a_held_terminal_is_told_although_its_line_is_alive() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    assert!(lab.foreign(Foreign::Ignores).await);
    let began = Instant::now();
    assert!(try_link(&lab, Patience::default()).await.is_err());
    assert!(began.elapsed() < Duration::from_secs(30), "after {:?}", began.elapsed());
}

#[tokio::test]
async fn half_a_line_is_cleared_on_both_sides_of_the_cursor() {
    for shell in [Shell::Bash, Shell::Ash, Shell::Dash] {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::at(&lab).await;
        person.until(b"# ").await;
        // Written, and the cursor put to its beginning.
        person.types(b"some words\x01").await;
        person.until(b"words").await;
        let before = lab.turns();
        let mut link = link(&lab).await;
        assert_eq!(lab.turns(), before + 1, "{shell:?}: the first try does it");
        assert_eq!(run(&mut link, &Script::new("echo in")).await.out, b"in\n", "{shell:?}");
    }
}
