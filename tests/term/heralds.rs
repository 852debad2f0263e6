//! A word to the desktop: as the terminal understands it, as text and never as a command.

use proptest::prelude::*;
use proximity::{
    domain::care::Level,
    settings::Notify,
    tui::{
        canvas::Charset,
        effect::Effect,
        term::{Bell, Call, Manner, Surroundings, Word},
    },
};

use super::script::{Plan, is_key};

fn around(term: &str, program: &str) -> Surroundings {
    Surroundings { term: term.into(), program: program.into(), ..Surroundings::default() }
}

fn word(notify: Notify, level: Level, text: &str) -> Word {
    Word { notify, level, bell: Bell::Rings, text: text.into() }
}

#[test]
fn a_terminal_is_known_by_what_it_calls_itself_or_by_term() {
    for (term, program, manner) in [
        ("xterm-256color", "iTerm.app", Manner::Osc9),
        ("xterm-256color", "iTerm2", Manner::Osc9),
        ("xterm-256color", "WezTerm", Manner::Osc9),
        ("xterm-ghostty", "", Manner::Osc9),
        ("xterm-kitty", "", Manner::Osc9),
        ("foot", "", Manner::Osc777),
        ("rxvt-unicode-256color", "", Manner::Osc777),
        ("xterm-256color", "", Manner::Unknown),
        ("xterm-256color", "Apple_Terminal", Manner::Unknown),
        ("tmux-256color", "iTerm.app", Manner::Unknown),
        ("screen", "", Manner::Unknown),
        ("alacritty", "", Manner::Unknown),
    ] {
        assert_eq!(around(term, program).manner(), manner, "{term} {program}");
    }
}

#[test]
fn what_the_operator_chose_is_done_and_an_unknown_terminal_rings_for_danger_alone() {
    let call = |notify, level, manner| word(notify, level, "gitea: disk 93 %").call(manner, Charset::Unicode);
    let osc9 = Call::Bytes(b"\x1b]9;gitea: disk 93 %\x1b\\".to_vec());
    let osc777 = Call::Bytes(b"\x1b]777;notify;Proximity;gitea: disk 93 %\x1b\\".to_vec());
    assert_eq!(call(Notify::Auto, Level::Warning, Manner::Osc9), osc9);
    assert_eq!(call(Notify::Auto, Level::Warning, Manner::Osc777), osc777);
    assert_eq!(call(Notify::Auto, Level::Warning, Manner::Unknown), Call::Nothing);
    assert_eq!(call(Notify::Auto, Level::Danger, Manner::Unknown), Call::Bell);
    let muted = |notify| Word { bell: Bell::Mute, ..word(notify, Level::Danger, "gitea: disk 93 %") };
    assert_eq!(muted(Notify::Auto).call(Manner::Unknown, Charset::Unicode), Call::Nothing);
    assert_eq!(muted(Notify::Auto).call(Manner::Osc9, Charset::Unicode), osc9);
    assert_eq!(muted(Notify::Bell).call(Manner::Unknown, Charset::Unicode), Call::Bell);
    assert_eq!(call(Notify::Osc9, Level::Warning, Manner::Unknown), osc9);
    assert_eq!(call(Notify::Osc777, Level::Warning, Manner::Osc9), osc777);
    assert_eq!(call(Notify::Bell, Level::Warning, Manner::Osc9), Call::Bell);
    assert_eq!(call(Notify::None, Level::Danger, Manner::Osc9), Call::Nothing);
}

proptest! {
    #[test]
    fn no_text_ends_the_sequence_or_grows_past_its_bound(text in "\\PC{0,300}|(.|\n|\u{1b}|\u{7}|\u{9c}|\u{202e}|;){0,300}") {
        for (notify, head) in [(Notify::Osc9, "\x1b]9;"), (Notify::Osc777, "\x1b]777;notify;Proximity;")] {
            for charset in [Charset::Unicode, Charset::Ascii] {
                let Call::Bytes(bytes) = word(notify, Level::Danger, &text).call(Manner::Unknown, charset) else {
                    panic!("no bytes")
                };
                let sent = String::from_utf8(bytes).unwrap();
                let inner = sent.strip_prefix(head).unwrap().strip_suffix("\x1b\\").unwrap();
                let is_wild = |letter: char| letter.is_control() || [';', '\u{202e}'].contains(&letter);
                prop_assert!(!inner.chars().any(is_wild));
                prop_assert!(inner.chars().count() <= 160);
                prop_assert!(charset == Charset::Unicode || inner.is_ascii());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_goes_out_with_the_next_frame_and_one_bell_rings_once() {
    let session = Plan::answering(|event| match event {
        _ if is_key(event, 'n') => vec![Effect::Notify(word(Notify::Osc9, Level::Danger, "evil\u{1b}]0;name"))],
        _ if is_key(event, 'b') => {
            let bell = || Effect::Notify(word(Notify::Bell, Level::Danger, "x"));
            vec![bell(), Effect::Play(proximity::sound::Cue::Error), bell()]
        }
        _ if is_key(event, 'q') => vec![Effect::Quit],
        _ => Vec::new(),
    })
    .run();
    session.press('n');
    session.pty.wait_for("readyn");
    session.pty.wait("the word", |seen| (seen.count(b"\x1b]9;evil]0,name\x1b\\") == 1).then_some(()));
    let rung = session.pty.wait("no bell", |seen| Some(seen.count(b"\x07")));
    session.press('b');
    session.pty.wait_for("readynb");
    session.pty.wait("one bell", |seen| (seen.count(b"\x07") == rung + 1).then_some(()));
    session.quit().await;
}
