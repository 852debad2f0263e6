//! What a guest says about itself: `uname`, `hostname`, `id`, `date`, `stty`, `env`, `ip`.

use super::{Call, Command, Running, execute, locate};
use crate::sim::shell::{
    files::Report,
    image,
    streams::Stream,
    sys::{Broken, Place},
};

pub const TABLE: &[Command] = &[
    ("uname", uname),
    ("hostname", hostname),
    ("id", id),
    ("whoami", |call| say(call, "root\n")),
    ("nproc", |call| say(call, "2\n")),
    ("pwd", |call| Box::pin(async move { call.out(&format!("{}\n", call.folder)).await.map(|()| 0) })),
    ("date", date),
    ("uptime", uptime),
    ("tty", tty),
    ("env", env),
    ("which", which),
    ("getent", getent),
    ("free", free),
    ("ip", ip),
];

fn say(call: Call, text: &'static str) -> Running {
    Box::pin(async move { call.out(text).await.map(|()| 0) })
}

fn uname(call: Call) -> Running {
    Box::pin(async move {
        let (options, _) = call.options("");
        let name = call.sys.with(|kernel| kernel.host.name.clone());
        let parts = [
            ('s', "Linux"),
            ('n', &name),
            ('r', "6.17.4-1-pve"),
            ('v', "#1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1 (2026-10-14T08:40Z)"),
            ('m', "x86_64"),
            ('o', "GNU/Linux"),
        ];
        let is_shown = |letter: char| {
            options.contains_key(&letter) || options.contains_key(&'a') || (options.is_empty() && letter == 's')
        };
        let shown: Vec<_> = parts.iter().filter(|(letter, _)| is_shown(*letter)).map(|(_, text)| *text).collect();
        call.out(&format!("{}\n", shown.join(" "))).await?;
        Ok(0)
    })
}

fn hostname(call: Call) -> Running {
    Box::pin(async move {
        let (options, _) = call.options("");
        let (name, address) = call.sys.with(|kernel| (kernel.host.name.clone(), kernel.host.address.clone()));
        let ip = address.split('/').next().unwrap_or_default();
        let text = if options.contains_key(&'I') || options.contains_key(&'i') {
            format!("{ip} \n")
        } else {
            format!("{name}\n")
        };
        call.out(&text).await?;
        Ok(0)
    })
}

fn id(call: Call) -> Running {
    Box::pin(async move {
        let (options, names) = call.options("");
        if let Some(name) = names.first().filter(|name| *name != "root") {
            return id_of(&call, name).await;
        }
        let is_short = options.contains_key(&'u') || options.contains_key(&'g') || options.contains_key(&'G');
        let text = match (is_short, options.contains_key(&'n')) {
            (true, true) => "root\n",
            (true, false) => "0\n",
            _ => "uid=0(root) gid=0(root) groups=0(root)\n",
        };
        call.out(text).await?;
        Ok(0)
    })
}

async fn id_of(call: &Call, name: &str) -> Result<i32, Broken> {
    let users = call.sys.with(|kernel| kernel.files.text("/etc/passwd")).unwrap_or_default();
    let found = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name);
    match found.as_deref() {
        Some([_, _, user, group, ..]) => {
            call.out(&format!("uid={user}({name}) gid={group}({name}) groups={group}({name})\n")).await.map(|()| 0)
        }
        _ => {
            call.write(2, format!("id: '{name}': no such user\n").as_bytes()).await?;
            Ok(1)
        }
    }
}

fn date(call: Call) -> Running {
    Box::pin(async move {
        let now = call.sys.now();
        let time = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let format = call.words.iter().find_map(|word| word.strip_prefix('+')).unwrap_or("%a %b %e %H:%M:%S UTC %Y");
        // Nanoseconds are one sign for `date` and another for the library.
        let format = format.replace("%N", &format!("{:09}", now.0.rem_euclid(1_000) * 1_000_000));
        let text = jiff::fmt::strtime::format(format.as_bytes(), time).unwrap_or_default();
        call.out(&format!("{text}\n")).await?;
        Ok(0)
    })
}

fn uptime(call: Call) -> Running {
    Box::pin(async move {
        let text = call.sys.with(|kernel| {
            let minutes = kernel.now.since(kernel.host.booted).as_secs() / 60;
            let clock =
                jiff::Timestamp::from_millisecond(kernel.now.0).unwrap_or_default().strftime("%H:%M:%S").to_string();
            format!(" {clock} up {:>2}:{:02},  0 users,  load average: 0.12, 0.08, 0.05\n", minutes / 60, minutes % 60)
        });
        call.out(&text).await?;
        Ok(0)
    })
}

fn tty(call: Call) -> Running {
    Box::pin(async move {
        let Stream::Terminal(id) = call.input() else { return call.out("not a tty\n").await.map(|()| 1) };
        call.out(&format!("/dev/pts/{id}\n")).await.map(|()| 0)
    })
}

fn env(call: Call) -> Running {
    Box::pin(async move {
        let Call { sys, words, streams, mut environment, folder } = call;
        let mut rest = &words[1..];
        while let [word, more @ ..] = rest {
            match word.split_once('=') {
                Some((name, text)) => drop(environment.insert(name.to_owned(), text.to_owned())),
                None if word == "-i" => environment.clear(),
                None => break,
            }
            rest = more;
        }
        let call = Call { sys, words: rest.to_vec(), streams, environment, folder };
        if call.words.is_empty() {
            let lines: String = call.environment.iter().map(|(name, text)| format!("{name}={text}\n")).collect();
            return call.out(&lines).await.map(|()| 0);
        }
        let path = call.environment.get("PATH").cloned().unwrap_or_else(|| "/usr/bin:/bin".into());
        match locate(&call.sys, &call.words[0], &path, &call.folder) {
            Some(file) => {
                let name = call.words.join(" ");
                let outer = call.sys.clone();
                let pid = outer.spawn(Place::Same, name, |sys| execute(Call { sys, ..call }, file));
                Ok(outer.wait(pid).await)
            }
            None => {
                let text = format!("env: '{}': No such file or directory\n", call.words[0]);
                call.write(2, text.as_bytes()).await?;
                Ok(127)
            }
        }
    })
}

fn which(call: Call) -> Running {
    Box::pin(async move {
        let path = call.environment.get("PATH").cloned().unwrap_or_default();
        let mut code = 0;
        for name in &call.words[1..] {
            match locate(&call.sys, name, &path, &call.folder) {
                Some(file) => call.out(&format!("{file}\n")).await?,
                None => code = 1,
            }
        }
        Ok(code)
    })
}

fn getent(call: Call) -> Running {
    Box::pin(async move {
        let [_, database, key, ..] = &call.words[..] else { return Ok(1) };
        let Ok(bytes) = call.all(&format!("/etc/{database}")).await else { return Ok(2) };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let line = text.lines().find(|line| line.split([':', '\t', ' ']).any(|field| field == key));
        match line {
            Some(line) => call.out(&format!("{line}\n")).await.map(|()| 0),
            None => Ok(2),
        }
    })
}

fn free(call: Call) -> Running {
    Box::pin(async move {
        let total = call.sys.with(|kernel| kernel.host.memory) / 1_024;
        let used = total / 5;
        let text = format!(
            "               total        used        free      shared  buff/cache   available\nMem:     {total:>11} {used:>11} {:>11}           8      {:>8} {:>11}\n",
            total / 2,
            total - used - total / 2,
            total - used
        );
        call.out(&text).await?;
        Ok(0)
    })
}

fn ip(call: Call) -> Running {
    Box::pin(async move {
        let address = call.sys.with(|kernel| kernel.host.address.clone());
        let is_about_routes = call.words.iter().any(|word| word.starts_with('r'));
        let text = if address.is_empty() {
            let card = "2: eth0@if7: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state LOWERLAYERDOWN\n";
            if is_about_routes { "" } else { card }.to_owned()
        } else if is_about_routes {
            "default via 127.77.0.1 dev eth0\n".to_owned()
        } else {
            format!(
                "2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    inet {address} brd 127.77.255.255 scope global eth0\n"
            )
        };
        call.out(&text).await?;
        Ok(0)
    })
}

/// The load as `top` shows it.
pub fn load(kernel: &crate::sim::shell::kernel::Kernel) -> String {
    image::report(kernel, Report::LoadAverage)
}
