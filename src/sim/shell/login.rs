//! The login prompt of a terminal: name, password, and a shell when both are right.

use super::{
    editor::{self, Edited},
    image::Flavour,
    interactive,
    kernel::Program,
    sys::Sys,
    text::to_bytes,
};
use crate::sim::world::password::Password;

/// How long a wrong password is kept waiting.
const WRONG_MS: i64 = 3_000;

pub fn login(sys: Sys, password: Option<Password>) -> Program {
    Box::pin(async move {
        let (name, flavour) = sys.with(|kernel| (kernel.host.name.clone(), kernel.host.flavour));
        let ask = format!("{name} login: ");
        if flavour == Flavour::Debian {
            show(&sys, &format!("\r\nDebian GNU/Linux 13 {name} tty1\n\n"));
        } else {
            show(&sys, "\r\n");
        }
        let mut is_first = true;
        loop {
            if !is_first {
                sys.with(|kernel| kernel.tty_of(sys.pid).echoes = true);
            }
            is_first = false;
            let user = match editor::line(&sys, &to_bytes(&ask), b"\r\n").await {
                Edited::Line(user) if !user.is_empty() => user,
                Edited::Line(_) => continue,
                Edited::Interrupted | Edited::End => {
                    show(&sys, "\r\n");
                    continue;
                }
            };
            sys.with(|kernel| kernel.tty_of(sys.pid).echoes = false);
            let given = editor::line(&sys, b"Password: ", b"").await;
            sys.with(|kernel| kernel.tty_of(sys.pid).echoes = true);
            show(&sys, "\n");
            let is_right = matches!((&given, &password), (Edited::Line(given), Some(right)) if right.fits(given));
            if is_right && user == "root" {
                let mut shell = interactive::prepared(&sys);
                shell.set("HOME", "/root");
                shell.folder = "/root".into();
                return interactive::at_prompt(&mut shell).await;
            }
            sys.sleep(WRONG_MS).await;
            show(&sys, "\nLogin incorrect\n");
        }
    })
}

fn show(sys: &Sys, text: &str) {
    sys.with(|kernel| kernel.tty_of(sys.pid).write(&to_bytes(text)));
}
