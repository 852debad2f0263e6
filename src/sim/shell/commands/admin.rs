//! Programs that set services of packages up: passwords and users of their own, and `runuser`. What must hold: each fails
//! where the real one would, for want of the user or of the service it speaks to.

use super::{Call, Command, Running, execute, locate, secrets};
use crate::sim::shell::{
    kernel::Kernel,
    sys::{Broken, Place},
    text::from_bytes,
};

pub const TABLE: &[Command] = &[
    ("runuser", run_as),
    ("chpasswd", set_passwords),
    ("smbpasswd", samba_password),
    ("htpasswd", web_password),
    ("rabbitmqctl", |call| if_reached(call, 5672, 69)),
    ("mariadb", |call| if_reached(call, 3306, 1)),
    ("prosodyctl", done),
    ("syncthing", syncthing),
    ("mumble-server", done),
];

fn is_user(kernel: &Kernel, name: &str) -> bool {
    let users = kernel.files.text("/etc/passwd").unwrap_or_default();
    users.lines().any(|line| line.split(':').next() == Some(name))
}

async fn input(call: &Call) -> String {
    from_bytes(&call.all("-").await.unwrap_or_default())
}

/// All that is read is taken, so that whoever writes is not cut off.
fn done(call: Call) -> Running {
    Box::pin(async move {
        input(&call).await;
        Ok(0)
    })
}

/// `runuser -u NAME -- COMMAND`
fn run_as(call: Call) -> Running {
    Box::pin(async move {
        let Some(user) = call.words.get(2).filter(|_| call.words[1] == "-u").cloned() else {
            return call.fail("no command was specified").await;
        };
        if !call.sys.with(|kernel| is_user(kernel, &user)) {
            return call
                .fail(&format!("user {user} does not exist or the user entry does not contain all the required fields"))
                .await;
        }
        let words: Vec<String> = call.words[3..].iter().skip_while(|word| *word == "--").cloned().collect();
        let path = call.environment.get("PATH").cloned().unwrap_or_else(|| "/usr/bin:/bin".into());
        let found = words.first().and_then(|name| locate(&call.sys, name, &path, &call.folder));
        let Some(file) = found else {
            return call.fail(&format!("failed to execute {}: No such file or directory", words.concat())).await;
        };
        let outer = call.sys.clone();
        let pid = outer.spawn(Place::Same, words.join(" "), |sys| execute(Call { sys, words, ..call }, file));
        Ok(outer.wait(pid).await)
    })
}

/// `NAME:PASSWORD`, one a line.
fn set_passwords(call: Call) -> Running {
    Box::pin(async move {
        let text = input(&call).await;
        let names: Vec<&str> = text.lines().map(|line| line.split(':').next().unwrap_or_default()).collect();
        let unknown =
            call.sys.with(|kernel| names.iter().find(|name| !is_user(kernel, name)).map(|name| (*name).to_owned()));
        match unknown {
            Some(name) => {
                call.fail(&format!(
                    "(user {name}) pam_chauthtok() failed, error: Authentication token manipulation error"
                ))
                .await
            }
            None => Ok(0),
        }
    })
}

fn samba_password(call: Call) -> Running {
    Box::pin(async move {
        input(&call).await;
        let name = call.words.last().cloned().unwrap_or_default();
        if call.sys.with(|kernel| is_user(kernel, &name)) {
            return Ok(0);
        }
        call.write(2, format!("Failed to add entry for user {name}.\n").as_bytes()).await?;
        Ok(1)
    })
}

/// `-n` shows the line instead of writing it, `-i` reads the password; the last word is the name.
fn web_password(call: Call) -> Running {
    Box::pin(async move {
        let password = input(&call).await;
        let name = call.words.last().cloned().unwrap_or_default();
        let hash = secrets::digest(&call, password.trim_end());
        call.out(&format!("{name}:$2y$10${}\n\n", hash.get(..53).unwrap_or(&hash))).await.map(|()| 0)
    })
}

async fn reached(call: &Call, port: u16) -> Result<bool, Broken> {
    if call.sys.with(|kernel| kernel.all_listeners().iter().any(|listener| listener.port == port)) {
        return Ok(true);
    }
    call.write(2, format!("{}: Connection refused\n", call.name()).as_bytes()).await?;
    Ok(false)
}

fn if_reached(call: Call, port: u16, otherwise: i32) -> Running {
    Box::pin(async move {
        input(&call).await;
        Ok(if reached(&call, port).await? { 0 } else { otherwise })
    })
}

/// `generate` lays its configuration; all else of it is not asked here.
fn syncthing(call: Call) -> Running {
    Box::pin(async move {
        input(&call).await;
        let home = call.words.iter().find_map(|word| word.strip_prefix("--home=")).map(|home| call.path(home));
        if let Some(home) = home.filter(|_| call.words.iter().any(|word| word == "generate")) {
            call.sys.with(|kernel| {
                let now = kernel.seconds();
                kernel.changes += 1;
                kernel.files.write(&format!("{home}/config.xml"), "<configuration>\n</configuration>\n", 0o600, now);
            });
        }
        Ok(0)
    })
}
