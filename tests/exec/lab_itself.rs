//! The laboratory itself: it carries bytes as a real Proxmox VE was seen to, goes wrong as it was seen to, and leaves
//! nothing behind.

use std::time::Duration;

use super::lab::{Ending, Foreign, Lab, Person, Shell};

const CLEAR: &[u8] = b"\x1b[H\x1b[J";
const ENDED: &[u8] = b"\x1b[999H\r\n[EOF - dtach terminating]\r\n\x1b[?25h";
const DETACHED: &[u8] = b"\x1b[999H\r\n[detached]\r\n\x1b[?25h";

/// Long enough to see that nothing comes.
const QUIET: Duration = Duration::from_millis(300);

async fn typed(person: &mut Person, keys: &[u8], heard: &[u8]) {
    person.types(keys).await;
    let all = person.until(&heard[heard.len().saturating_sub(12)..]).await;
    assert_eq!(String::from_utf8_lossy(&all), String::from_utf8_lossy(heard), "{:?}", String::from_utf8_lossy(keys));
}

#[tokio::test]
async fn bash_looks_as_on_a_real_console() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let mut person = Person::at(&lab).await;
    assert_eq!(person.until(b"# ").await, [CLEAR, b"\x1b[?2004hroot@con301:/# "].concat());
    typed(&mut person, b"\r", b"\r\r\n\x1b[?2004l\r\x1b[?2004hroot@con301:/# ").await;
    typed(&mut person, b"stty -echo; PS1=\n", b"stty -echo; PS1=\r\r\n\x1b[?2004l\r\x1b[?2004h").await;
    typed(&mut person, b"printf 'a%s\\n' b\n", b"\x1b[?2004l\r\r\r\nab\r\r\n\x1b[?2004h").await;
    typed(&mut person, b"exit 7\n", &[b"\x1b[?2004l\r\r\r\nexit\r\r\n", ENDED].concat()).await;
    assert_eq!(lab.turns(), 4);
    assert_eq!(lab.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn other_shells_look_as_on_a_real_console() {
    for (shell, query) in [(Shell::Dash, ""), (Shell::Ash, "\x1b[6n")] {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::at(&lab).await;
        person.until(format!("root@con301:/# {query}").as_bytes()).await;
        typed(&mut person, b"\r", format!("\r\r\nroot@con301:/# {query}").as_bytes()).await;
        typed(&mut person, b"stty -echo; PS1=; echo o'ff'\n", b"stty -echo; PS1=; echo o'ff'\r\r\noff\r\r\n").await;
        typed(&mut person, b"printf 'a%s\\n' b\n", b"ab\r\r\n").await;
        typed(&mut person, b"exit 7\n", ENDED).await;
        assert_eq!(lab.complaints(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn bytes_of_all_kinds_pass_and_only_the_end_of_a_line_is_changed() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::quiet_at(&lab).await;
        person.types(b"printf 'a\\tb\\001\\002\\003\\004\\033[31mx\\377\\376\\000\\r\\n\\032\\034\\021\\023z'; printf 'E%s' ND\n").await;
        let heard = person.until(b"END").await;
        let expected = b"a\tb\x01\x02\x03\x04\x1b[31mx\xff\xfe\x00\r\r\r\n\x1a\x1c\x11\x13zEND";
        assert!(heard.ends_with(expected), "{shell:?}: {:?}", String::from_utf8_lossy(&heard));
    }
}

#[tokio::test]
async fn an_end_is_told_on_a_dead_line_or_the_line_is_closed_without_a_word() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    lab.tells_the_next_end(Ending::Told);
    let mut person = Person::quiet_at(&lab).await;
    person.types(b"exit\n").await;
    assert_eq!(person.rest(QUIET).await, ENDED);
    person.types(b"is anybody there?\n").await;
    person.is_closed().await;
    lab.tells_the_next_end(Ending::Closed);
    let mut person = Person::quiet_at(&lab).await;
    person.types(b"exit\n").await;
    person.is_closed().await;
    assert_eq!(person.seen, b"");
}

#[tokio::test]
async fn two_share_a_shell_and_who_comes_later_finds_what_was_left() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let mut first = Person::quiet_at(&lab).await;
    let mut second = Person::at(&lab).await;
    second.until(CLEAR).await;
    second.types(b"printf 'from%s\\n' second\n").await;
    first.until(b"fromsecond\r\r\n").await;
    let heard = second.until(b"fromsecond\r\r\n").await;
    assert!(!heard.windows(4).any(|part| part == b"root"), "nothing is shown again");
    first.say(b"1:100:30:").await;
    first.types(b"until [ \"$(stty size)\" = '30 100' ]; do sleep 0.05; done; echo resi'zed'\n").await;
    first.until(b"resized\r\r\n").await;
    second.say(b"1:120:40:").await;
    // Who said it last decides.
    second.types(b"until [ \"$(stty size)\" = '40 120' ]; do sleep 0.05; done; echo resi'zed'\n").await;
    first.until(b"resized\r\r\n").await;
    second.types(b"\x1c").await;
    second.until(DETACHED).await;
    first.types(b"printf 'still%s\\n' there\n").await;
    first.until(b"stillthere\r\r\n").await;
}

#[tokio::test]
async fn a_message_over_128_kib_is_dropped_and_one_below_is_not() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    let mut person = Person::quiet_at(&lab).await;
    person.types(b"stty raw; head -c 130000 | wc -c; stty -raw; echo do'ne'\n").await;
    person.types(&[b'x'; 140_000]).await;
    assert_eq!(person.rest(QUIET).await, b"");
    person.types(&[b'x'; 130_000]).await;
    person.until(b"130000").await;
    person.until(b"done").await;
}

#[tokio::test]
async fn what_is_typed_before_the_shell_is_there_is_echoed_and_lost() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    lab.stop().await;
    let starting = lab.start_again();
    let early = async {
        let mut person = Person::at(&lab).await;
        person.types(format!("{}\n", lab.trace("early")).as_bytes()).await;
        let heard = person.until(b"\x1b[?2004hroot@con301:/# ").await;
        assert!(heard.windows(11).any(|part| part == b"echo early "), "it was echoed");
        person.types(format!("{}; echo do'ne'\n", lab.trace("late")).as_bytes()).await;
        person.until(b"done\r\r\n").await;
    };
    tokio::join!(starting, early);
    assert_eq!((lab.runs("early"), lab.runs("late")), (0, 1));
}

// A job of the shell's own would do, but dash leaves when one ends while it reads.
#[tokio::test]
async fn a_job_outlives_a_cut_and_nothing_outlives_a_reboot() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::quiet_at(&lab).await;
        person.types(b"(setsid sh -c 'sleep 1000; true' >/dev/null 2>&1 </dev/null &); printf 'be%s' gun\n").await;
        person.until(b"begun").await;
        lab.cut_after(1);
        person.types(format!("{}\n", lab.boot_mark()).as_bytes()).await;
        person.is_closed().await;
        let mut person = Person::at(&lab).await;
        person.until(CLEAR).await;
        person.types(format!("{}\n", lab.boot_mark()).as_bytes()).await;
        person.until(b"boot-0\r\r\n").await;
        // The shell, the job, and its sleep.
        lab.until_processes(|count| count == 3).await;
        lab.stop().await;
        assert_eq!(lab.processes(), 0);
        person.is_closed_or_told().await;
        lab.start_again().await;
        let mut person = Person::quiet_at(&lab).await;
        person.types(format!("{}\n", lab.boot_mark()).as_bytes()).await;
        person.until(b"boot-1\r\r\n").await;
        lab.until_processes(|count| count == 1).await;
    }
}

#[tokio::test]
async fn the_console_of_a_stopped_guest_lets_in_and_ends() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    lab.stop().await;
    lab.tells_the_next_end(Ending::Told);
    let mut person = Person::at(&lab).await;
    person.until(b"Failed to get init pid\r\n").await;
    person.until(ENDED).await;
}

#[tokio::test]
async fn a_foreign_program_holds_the_terminal_until_it_is_told_or_for_ever() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::quiet_at(&lab).await;
        assert!(lab.foreign(Foreign::Heeds).await);
        person.types(b"\nprintf 'pro%s' be1\n").await;
        person.rest(QUIET).await;
        person.types(b"\x03").await;
        // A shell that is just coming back throws away what was typed at the program.
        person.rest(QUIET).await;
        person.types(b"\x15printf 'pro%s' be2\n").await;
        let heard = person.until(b"probe2").await;
        assert!(!heard.windows(6).any(|part| part == b"probe1"), "the program took it");
        assert!(lab.foreign(Foreign::Ignores).await);
        person.types(b"\x03\x1a\nprintf 'pro%s' be3\n").await;
        person.rest(QUIET).await;
        lab.foreign_leaves();
        person.types(b"\nprintf 'pro%s' be4\n").await;
        person.until(b"probe4").await;
    }
}

#[tokio::test]
async fn output_is_lost_when_it_comes_fast_and_never_when_it_is_short() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    let mut person = Person::quiet_at(&lab).await;
    let mut damaged = [0; 3];
    for (at, kib) in [16, 64, 400].into_iter().enumerate() {
        for turn in 0..10 {
            let bytes = kib * 1_024 - 400;
            person
                .types(format!("head -c {bytes} /dev/zero | tr '\\0' x; sleep 0.05; echo '  E'ND{turn}\n").as_bytes())
                .await;
            let heard = match tokio::time::timeout(QUIET * 4, person.until(format!("END{turn}").as_bytes())).await {
                Ok(heard) => heard,
                Err(_) => std::mem::take(&mut person.seen),
            };
            damaged[at] += usize::from(heard.iter().filter(|byte| **byte == b'x').count() != bytes);
        }
    }
    assert_eq!((damaged[0], damaged[2]), (0, 10), "{damaged:?}");
    assert!((1..10).contains(&damaged[1]), "{damaged:?}");
    assert!(lab.losses() > 10);
}

#[tokio::test]
async fn silence_leaves_a_line_open_and_a_new_one_is_not_silent() {
    let Some(lab) = Lab::start(Shell::Dash).await else { return };
    let mut person = Person::quiet_at(&lab).await;
    lab.go_silent();
    person.types(format!("{}\n", lab.trace("unheard")).as_bytes()).await;
    let mut other = Person::at(&lab).await;
    other.until(CLEAR).await;
    other.types(format!("{}; echo do'ne'\n", lab.trace("heard")).as_bytes()).await;
    other.until(b"done\r\r\n").await;
    assert_eq!((lab.runs("unheard"), lab.runs("heard")), (0, 1));
    assert_eq!(person.seen, b"");
    lab.cut();
    person.is_closed().await;
    other.is_closed().await;
}

#[tokio::test]
async fn nothing_of_a_guest_outlives_the_laboratory() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let watcher = lab.watcher();
        let mut person = Person::quiet_at(&lab).await;
        person.types(b"trap '' HUP TERM; (setsid sleep 1000 & (sleep 1000; sleep 1000) &); printf 'be%s' gun\n").await;
        person.until(b"begun").await;
        lab.type_in(b"\n");
        // The shell, two jobs and a sleep.
        lab.until_processes(|count| count == 4).await;
        assert!(watcher() >= 7, "and two visitors, dtach and script");
        drop(lab);
        assert_eq!(watcher(), 0);
    }
}
