//! The laboratory itself: it carries bytes as a real Proxmox VE was seen to, and leaves nothing behind.

use super::lab::{Lab, Person, Shell};

#[tokio::test]
async fn a_shell_looks_as_on_a_real_console() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { continue };
        let mut person = Person::at(&lab).await;
        eprintln!("{shell:?} {:?}", String::from_utf8_lossy(&person.until(b"# ").await));
        person.types(b"stty -echo; PS1=\n").await;
        person.types(b"printf 'a%s\\n' b\n").await;
        eprintln!("{shell:?} {:?}", String::from_utf8_lossy(&person.until(b"ab\r\r\n").await));
        person.types(b"exit 7\n").await;
        eprintln!("{shell:?} {:?}", String::from_utf8_lossy(&person.rest(std::time::Duration::from_millis(500)).await));
        eprintln!("{:?}", lab.complaints());
    }
}
