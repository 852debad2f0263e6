//! Ways that lose bytes on a real console, done on purpose. What must hold: the laboratory shows the loss, so that a
//! client that goes one of these ways would be caught in it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::lab::{Lab, Person, Shell};

/// So long a shell is given to do what it will never do.
const IN_VAIN: Duration = Duration::from_millis(1_500);
const TIMES: u64 = 6;

/// 20 KB, as base 64 in lines of this length.
fn lines_of(length: usize) -> (Vec<u8>, Vec<u8>) {
    let bytes: Vec<u8> = (0..20_480_usize).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let text = STANDARD.encode(&bytes);
    let lines = text.as_bytes().chunks(length).flat_map(|line| [line, b"\n"].concat()).collect();
    (bytes, lines)
}

/// Types a file ahead into a here-document of the shell itself. Whether it arrived.
async fn arrives_ahead(shell: Shell, seed: u64) -> Option<bool> {
    let (lab, length) = (Lab::seeded(shell, seed).await?, 1_000);
    let mut person = Person::quiet_at(&lab).await;
    let (bytes, lines) = lines_of(length);
    let file = lab.root().join("file");
    person.types(format!("base64 -d >{} <<'EOF'\n", file.display()).as_bytes()).await;
    for line in lines.chunks(length + 1) {
        person.types(line).await;
    }
    person.types(b"EOF\nprintf 'read%s\\n' it\n").await;
    let read = tokio::time::timeout(IN_VAIN, person.until(b"readit")).await;
    Some(read.is_ok() && std::fs::read(file).is_ok_and(|there| there == bytes))
}

#[tokio::test]
async fn what_is_sent_ahead_of_bash_is_lost() {
    let mut arrived = 0;
    for seed in 1..=TIMES {
        let Some(is_there) = arrives_ahead(Shell::Bash, seed).await else { return };
        arrived += u64::from(is_there);
    }
    assert!(arrived < TIMES, "it always arrived");
    for seed in 1..=2 {
        assert_ne!(arrives_ahead(Shell::Ash, seed).await, Some(false), "busybox takes it");
    }
}

#[tokio::test]
async fn a_line_of_five_kilobytes_is_cut() {
    for shell in [Shell::Dash, Shell::Ash, Shell::Bash] {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::quiet_at(&lab).await;
        for (length, due) in [(4_095, 4_096), (5_000, 4_096)] {
            person.types(b"echo rea'dy'; head -n 1 | wc -c; echo do'ne'\n").await;
            person.until(b"ready\r\r\n").await;
            person.types(&[vec![b'x'; length], b"\n".to_vec()].concat()).await;
            let counted = String::from_utf8(person.until(b"done").await).unwrap();
            let counted: usize = counted.split_whitespace().next().unwrap().parse().unwrap();
            assert_eq!(counted, due, "{shell:?}: of {length} bytes and an end of line");
        }
    }
}

#[tokio::test]
async fn much_output_at_once_is_lost() {
    let mut damaged = 0;
    for seed in 1..=4 {
        let Some(lab) = Lab::seeded(Shell::Ash, seed).await else { return };
        std::fs::write(lab.root().join("much"), [b'x'; 64 * 1_024]).unwrap();
        let mut person = Person::quiet_at(&lab).await;
        for _ in 0..TIMES {
            person.types(b"cat much; sleep 0.1; echo '  'do'ne'\n").await;
            let heard = match tokio::time::timeout(IN_VAIN, person.until(b"done")).await {
                Ok(heard) => heard,
                Err(_) => std::mem::take(&mut person.seen),
            };
            damaged += usize::from(heard.iter().filter(|byte| **byte == b'x').count() < 64 * 1_024);
        }
    }
    assert!(damaged > 0, "all of it arrived");
}

#[tokio::test]
async fn what_is_typed_before_the_prompt_of_a_new_shell_can_be_lost() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    lab.stop().await;
    let hasty = async {
        let mut person = Person::at(&lab).await;
        person.types(format!("{}\n", lab.trace("hasty")).as_bytes()).await;
        person.until(b"# ").await;
        person.types(b"echo do'ne'\n").await;
        person.until(b"done").await;
    };
    tokio::join!(lab.start_again(), hasty);
    assert_eq!(lab.runs("hasty"), 0);
}

#[tokio::test]
async fn a_mark_that_is_typed_as_it_is_comes_back_as_an_echo() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::at(&lab).await;
        person.until(b"# ").await;
        person.types(b"sleep 1000; echo MARK\n").await;
        person.until(b"MARK").await;
    }
}

#[tokio::test]
async fn an_answer_read_as_it_is_has_returns_that_nobody_wrote() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    let mut person = Person::quiet_at(&lab).await;
    person.types(b"printf 'a\\nb%s' ND\n").await;
    assert_eq!(person.until(b"ND").await, b"a\r\r\nbND");
}
