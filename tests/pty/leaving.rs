//! Every way out.

use rustix::process::Signal;

use super::program::{Program, Settings, WELCOME};

#[test]
fn q_and_ctrl_c_leave_the_terminal_as_it_was_found() {
    for key in ["q", "\x03"] {
        let mut program = Program::welcomed();
        program.pty.press(key);
        assert_eq!(program.ended(), 0);
        program.left_as_found();
    }
}

#[test]
fn a_signal_to_end_leaves_the_terminal_as_it_was_found() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut program = Program::welcomed();
        program.signal(signal);
        program.ended();
        program.left_as_found();
    }
}

/// A secret is typed without echo; who breaks off must not be left with a dumb terminal.
#[test]
fn ctrl_c_at_a_secret_gives_the_echo_back() {
    const PIN: &str = "AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB";
    const ADD: &[&str] =
        &["host", "add", "--name=home", "--address=127.0.0.1:1", "--token=a@pve!b", "--fingerprint", PIN];
    for end in ["\x03", "\x04", "\x1c"] {
        let mut program = Settings { arguments: ADD, ..Settings::default() }.start();
        program.pty.wait_for("token secret:");
        program.pty.press("hush\x15");
        program.pty.press(end);
        assert_eq!(program.ended(), 4);
        program.is_given_back();
        program.pty.wait_for("broken off");
        program.pty.wait("no secret on the screen", |seen| (!seen.text().contains("hush")).then_some(()));
    }
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program() {
    let program = Settings { is_read: false, ..Settings::default() }.start();
    let mut child = program.hang_up();
    child.wait().expect("an end");
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_deck_back() {
    let mut program = Settings { shell: true, ..Settings::default() }.start();
    program.pty.wait_for("shell>");
    program.pty.press("\"$PROGRAM\" --data \"$BOOKS\"\r");
    program.pty.wait_for(WELCOME);
    program.pty.press("\x1a");
    let is_stopped = |seen: &crate::term::pty::Seen| seen.text().to_lowercase().contains("stopped");
    // What is typed before the shell asks for it may be thrown away with the terminal's change of hands.
    let is_asked = |seen: &crate::term::pty::Seen| {
        !seen.terminal.screen().alternate_screen() && seen.text().trim_end().ends_with("shell>")
    };
    program.pty.wait("the shell's word", |seen| (is_stopped(seen) && is_asked(seen)).then_some(()));
    program.is_given_back();
    program.pty.press("fg\r");
    program.pty.wait_for(WELCOME);
    program.pty.press("q");
    program.pty.wait("the shell again", |seen| is_asked(seen).then_some(()));
    program.pty.press("echo code $?\r");
    program.pty.wait_for("code 0");
    program.is_given_back();
    program.pty.press("exit\r");
    assert_eq!(program.ended(), 0);
}

#[test]
fn without_a_terminal_it_says_so_and_how_else() {
    let books = tempfile::tempdir().expect("a folder");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_proximity"))
        .args(["--data".as_ref(), books.path().as_os_str()])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("standard input is not a terminal"), "{said}");
    assert!(said.contains("proximity --help"), "{said}");
    assert!(output.stdout.is_empty());
}
