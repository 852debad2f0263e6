//! What is typed at a console: the reader that we start there, the lines it takes, and the keys before them. What must
//! hold: no line is longer than a terminal takes.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    domain::quote::quoted,
    exec::{
        ask::Ask,
        frame::{Mark, sum},
    },
};

/// The reader, without a single quote so that it stands between two. `e` runs a line that arrived whole; `q` greets.
/// Where the shell can, it gives up when nobody speaks to it any more, so that nobody finds a terminal without an echo.
const READER: &str = concat!(
    r#"PXL=1;s=$(stty -g);trap "stty $s" EXIT;trap exit INT TERM HUP;stty -echo;t=;"#,
    r#"(read -t 1 -r x </dev/null) 2>/dev/null;[ $? = 1 ]&&t="-t 90";"#,
    r#"m=;for c in base64 sha256sum;do command -v $c >/dev/null 2>&1||m="$m $c";done;"#,
    r#"q(){ printf "\n<%s%s%s>\n" "$1" "$2" "$m";};"#,
    r#"e(){ l=$(printf %s "$4"|base64 -d 2>/dev/null);h=$(printf %s "$l"|sha256sum);o=;"#,
    r#"if [ "${h%% *}" != "$3" ];then c=x;"#,
    r#"elif [ "$5" ];then q "$1" "$2";o=$( (eval "$l") 2>&1);c=$?;"#,
    r#"else o=$( (eval "$l") 2>&1 </dev/null);c=$?;fi;"#,
    r#"h=$(printf %s "$o"|sha256sum);printf "\n<%s%s %s %s %s%s%s>\n" "$1" "$2" $c "${h%% *}" "$o" "$2" "$1";};"#,
    r#"q "$1" "$2";while [ "$PXL" ]&&IFS= read -r $t l;do eval "$l";done"#,
);
/// bash, where it is there, because its `read` knows patience; typed as it is at any shell's prompt.
const SHELL: &str = "S=sh;command -v bash >/dev/null 2>&1&&S=bash;exec $S -c \"$@\"";

/// What the reader looks for.
const NEEDED: [&str; 2] = ["base64", "sha256sum"];

/// Ends a command that was left in the middle, and the line that was typed behind it.
pub const INTERRUPT: &[u8] = b"\x03";
pub const KILL_LINE: &[u8] = b"\x15";
/// At a shell's own prompt: what stands right of the cursor would stay otherwise.
pub const CLEAR_LINE: &[u8] = b"\x05\x15";
const END_OF_INPUT: &[u8] = b"\x04";
/// A program that reads takes no longer line, but takes many.
const INPUT_LINE: usize = 1_000;
/// Whether these are words that only the reader says.
pub fn are_programs(words: &str) -> bool {
    words.starts_with(' ') && words.split_whitespace().all(|word| NEEDED.contains(&word))
}

pub fn sit_line(mark: &Mark) -> String {
    let Mark { left, right } = mark;
    let start = format!("sh -c {} - {} - {left} {right}", quoted(SHELL), quoted(READER));
    // A blank before it keeps it out of many a history.
    format!(" [ \"$PXL\" = 1 ]&&q {left} {right}||{start}\n")
}

pub fn ask_line(ask: &Ask, mark: &Mark) -> Vec<u8> {
    let Mark { left, right } = mark;
    let command = ask.command.trim_end_matches('\n');
    let (proof, text) = (sum(command.as_bytes()), STANDARD.encode(command));
    let reads = if ask.input.is_empty() { "" } else { " i" };
    [KILL_LINE, format!("e {left} {right} {proof} {text}{reads}\n").as_bytes()].concat()
}

pub fn input_lines(input: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(input);
    let mut lines: Vec<u8> = Vec::with_capacity(text.len() + text.len() / INPUT_LINE + 2);
    for line in text.as_bytes().chunks(INPUT_LINE) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    lines.extend_from_slice(END_OF_INPUT);
    lines
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        process::{Command, Stdio},
    };

    use super::*;
    use crate::exec::{
        frame::{Answer, Reader},
        seat::LOAD,
    };

    #[test]
    fn no_line_is_longer_than_a_terminal_takes() {
        assert!(!READER.contains('\''), "it stands between single quotes");
        assert!(READER.contains(&format!("for c in {};", NEEDED.join(" "))));
        assert!(sit_line(&Mark::new()).len() < 1_500);
        let ask = Ask::new("x".repeat(LOAD.command)).with(*b"y");
        assert!(ask_line(&ask, &Mark::new()).len() <= 4_095);
        assert!(input_lines(&[7; 5_000]).split(|byte| *byte == b'\n').all(|line| line.len() <= INPUT_LINE));
    }

    /// What the reader says to these lines, in this shell.
    fn read_by(shell: &[&str], lines: &[u8]) -> Vec<u8> {
        let script = [READER, "-", "left", "right"];
        let mut reader = Command::new(shell[0])
            .args(&shell[1..])
            .arg("-c")
            .args(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is there");
        reader.stdin.take().expect("a pipe").write_all(lines).expect("it reads");
        reader.wait_with_output().expect("it ends").stdout
    }

    #[test]
    fn a_damaged_line_is_answered_and_never_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let (trace, mark) = (folder.path().join("trace"), Mark::new());
        // Without the key that only a terminal knows.
        let line = ask_line(&Ask::new(format!("echo ran >>{}", trace.display())), &mark).split_off(KILL_LINE.len());
        let text = line.iter().rposition(|byte| *byte == b' ').expect("words") + 1;
        let answer = |said: &[u8]| {
            let mut reader = Reader::new(&mark);
            reader.push(said);
            reader.answer()
        };
        for shell in [&["sh"][..], &["bash"], &["busybox", "sh"]] {
            if Command::new(shell[0]).arg("--help").output().is_err() {
                continue;
            }
            for at in (text..line.len() - 1).step_by(5) {
                let mut damaged = line.clone();
                damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(answer(&read_by(shell, &damaged)), Some(Answer::Garbled), "{shell:?} {at}");
                damaged.remove(at);
                assert_eq!(answer(&read_by(shell, &damaged)), Some(Answer::Garbled), "{shell:?} {at}");
            }
            assert!(!trace.exists(), "{shell:?}");
            assert!(matches!(answer(&read_by(shell, &line)), Some(Answer::Whole(_))), "{shell:?}");
            std::fs::remove_file(&trace).expect("it ran");
        }
    }
}
