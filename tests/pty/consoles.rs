//! A guest's console on the operator's terminal: from the command line, and from the deck.

use proximity::sim::Simulator;
use rustix::process::Signal;

use super::program::{Program, Settings};
use crate::{errands::hosts::Errands, term::pty::Seen};

const GUEST: u32 = 101;
const CONSOLE: &[&str] = &["guest", "console", "home/101"];
const PROMPT: &str = ":/# ";
const LEAVE: &str = "\x1d";
const GREETING: &[u8] = b"Ctrl-] leaves\r\n";

/// A program on books with a host whose guest gives a shell, and the datacenter that must live as long.
async fn start(arguments: &'static [&'static str]) -> (Program, Simulator) {
    let errands = Errands::with_host().await;
    errands.give_shell(GUEST);
    let Errands { simulator, folder } = errands;
    let program = Settings { arguments, books: Some(folder), columns: 100, ..Settings::default() };
    (program.start(), simulator)
}

async fn at_the_console() -> (Program, Simulator) {
    let (program, simulator) = start(CONSOLE).await;
    prompted(&program);
    (program, simulator)
}

fn prompted(program: &Program) {
    program.pty.wait("a prompt", |seen| seen.text().trim_end().ends_with(PROMPT.trim_end()).then_some(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_runs_what_is_typed_and_ctrl_bracket_leaves_it() {
    let (mut program, _simulator) = at_the_console().await;
    program.pty.press("echo $((6*7))\r");
    program.pty.wait_for("\n42");
    program.pty.press(LEAVE);
    assert_eq!(program.ended(), 0);
    program.pty.wait_for("left the console of home/101; what runs there goes on");
    program.is_given_back();
    let told = program.pty.wait("the first line", |seen| Some(String::from_utf8_lossy(&seen.bytes).into_owned()));
    assert!(told.starts_with("console of home/101 · Ctrl-] leaves"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_inside_switched_on_is_switched_off_by_leaving() {
    let (mut program, _simulator) = at_the_console().await;
    program.pty.press("printf '\\033[?1049h\\033[?1003h\\033[?25l\\033[3;5r\\033[31m'\r");
    let is_on = |seen: &Seen| seen.terminal.screen().alternate_screen() && seen.terminal.screen().hide_cursor();
    program.pty.wait("a full screen", |seen| is_on(seen).then_some(()));
    program.pty.press(LEAVE);
    assert_eq!(program.ended(), 0);
    program.is_given_back();
    program.pty.wait_for("left the console");
    program.pty.wait("plain letters", |seen| {
        let letter = seen.terminal.screen().contents_formatted();
        let text = String::from_utf8_lossy(&letter).into_owned();
        text.rsplit("left the").next().is_some_and(|rest| !rest.contains("\x1b[31m")).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_is_told_at_the_start_and_when_it_changes() {
    let (mut program, _simulator) = at_the_console().await;
    program.pty.press("stty size\r");
    program.pty.wait_for("\n24 100");
    program.pty.resize(80, 30);
    // The change and the question go different ways.
    program.pty.press("while [ \"$(stty size)\" != '30 80' ]; do :; done; echo it is $((30*80))\r");
    program.pty.wait_for("it is 2400");
    program.pty.press(LEAVE);
    assert_eq!(program.ended(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_shell_ends_it_and_says_so() {
    let (mut program, _simulator) = at_the_console().await;
    program.pty.press("exit\r");
    assert_eq!(program.ended(), 0);
    program.pty.wait_for("the shell at the console has ended");
    program.is_given_back();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_to_end_gives_the_terminal_back_from_a_console() {
    for signal in [Signal::TERM, Signal::INT] {
        let (mut program, _simulator) = at_the_console().await;
        program.signal(signal);
        assert_eq!(program.ended(), 0);
        program.is_given_back();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_goes_away_ends_it_and_says_so() {
    let (mut program, simulator) = at_the_console().await;
    simulator.shutdown().await;
    assert_eq!(program.ended(), 0);
    program.pty.wait("why", |seen| {
        (seen.text().contains("closed the console") || seen.text().contains("broke")).then_some(())
    });
    program.is_given_back();
}

/// In the pane of the deck, at the prompt of its shell.
async fn in_the_pane() -> (Program, Simulator) {
    let (mut program, simulator) = start(&["--motion", "none"]).await;
    // What is shown before is of the last time.
    program.pty.wait_for("● home");
    program.pty.press("2/jelly\r");
    program
        .pty
        .wait("one unit", |seen| (seen.text().contains("jellyfin") && !seen.text().contains("grafana")).then_some(()));
    program.pty.press("!");
    program.pty.wait_for("then q leaves");
    program.pty.press("\r");
    program.pty.wait_for(PROMPT.trim_end());
    (program, simulator)
}

/// The deck, with a pane or without.
fn is_deck(seen: &Seen) -> bool {
    seen.terminal.screen().alternate_screen() && seen.text().contains("jellyfin")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_in_a_pane_runs_what_is_typed_and_goes_on_when_it_is_left() {
    let (mut program, _simulator) = in_the_pane().await;
    program.pty.press("echo $((6*7))\r");
    program.pty.wait("an answer", |seen| shows(seen, "42"));
    program.pty.press("\x1dq");
    program.pty.wait_for("! console");
    program.pty.press("!");
    program.pty.wait("the same again", |seen| shows(seen, "42"));
    program.pty.press("stty size\r");
    program.pty.wait("the size of the pane", |seen| shows(seen, "19 96"));
    program.pty.press("\x1d\x1dq");
    assert_eq!(program.ended(), 0);
    program.is_given_back();
}

/// A line of the pane that is this and nothing else.
fn shows(seen: &Seen, line: &str) -> Option<()> {
    let is_it = |shown: &str| shown.trim_matches(['▕', '▏', ' ']) == line;
    seen.text().lines().any(is_it).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deck_lends_its_terminal_to_a_console_and_has_it_back() {
    let (mut program, _simulator) = in_the_pane().await;
    for (visits, sum, total) in [(1, "6*7", "42"), (2, "7*7", "49")] {
        program.pty.press("\x1df");
        program.pty.wait("the console", |seen| (seen.count(GREETING) == visits).then_some(()));
        program.pty.press("\r");
        // The screen still shows the prompt of the visit before.
        program.pty.wait("a prompt of this visit", |seen| {
            let since = seen.bytes.windows(GREETING.len()).rposition(|window| window == GREETING)?;
            String::from_utf8_lossy(&seen.bytes[since..]).contains(PROMPT).then_some(())
        });
        program.pty.press(&format!("echo $(({sum}))\r"));
        program.pty.wait_for(&format!("\n{total}"));
        program.pty.press(LEAVE);
        program.pty.wait("the whole deck", |seen| is_deck(seen).then_some(()));
        program.pty.press("\x1dk");
        program.pty.wait("what was shown in between", |seen| shows(seen, total));
        program.pty.press("\x1b");
        program.pty.wait_for("then q leaves");
    }
    program.pty.press("\x1dq");
    program.pty.wait_for("! console");
    program.pty.press("?");
    program.pty.wait_for("the keys of");
    program.pty.press("qq");
    assert_eq!(program.ended(), 0);
    program.is_given_back();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_deck_from_within_a_console() {
    let (mut program, _simulator) = in_the_pane().await;
    program.pty.press("\x1df");
    program.pty.wait("the console", |seen| (!seen.terminal.screen().alternate_screen()).then_some(()));
    program.signal(Signal::TERM);
    program.ended();
    program.is_given_back();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_goes_away_is_told_in_the_pane_and_the_deck_stays() {
    let (mut program, simulator) = in_the_pane().await;
    simulator.shutdown().await;
    program.pty.wait_for("reconnect");
    program.pty.press("r");
    // Not before it has failed: until then the keys go inside.
    program.pty.wait("why not", |seen| (seen.text().contains("why ") && seen.text().contains("now ")).then_some(()));
    program.pty.press("qq");
    assert_eq!(program.ended(), 0);
}

#[test]
fn the_demo_s_apps_give_a_shell() {
    let arguments = &["--demo", "app", "console", "jellyfin"];
    let mut program = Settings { arguments, ..Settings::default() }.start();
    prompted(&program);
    program.pty.press("echo $((6*7))\r");
    program.pty.wait_for("\n42");
    program.pty.press(LEAVE);
    assert_eq!(program.ended(), 0);
    program.is_given_back();
}
