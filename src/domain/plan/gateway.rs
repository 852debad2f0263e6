//! The plan that gives a gateway new routes. What must hold: a file that Caddy does not take never gets into the place of the
//! one that works, and whatever fails, the old one is read again.

use super::{
    Plan, PlanKind, Step,
    app::{Ours, refused},
    step::{Comeback, InnerFile, InnerScript, Meaning, Values},
};
use crate::domain::{
    fault::Fault,
    gateway::{Applied, FILE, FORMAT, NEXT, Table, file},
    moment::Moment,
    probe::{Probe, ProbeKind},
};

/// Somewhere else than where its certificates lie: looking at a file must leave nothing there that is not Caddy's own.
const VALIDATE: &str = "set -eu
folder=$(mktemp -d)
code=0
XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder caddy validate --adapter caddyfile --config /etc/caddy/Caddyfile.next || code=$?
rm -rf \"$folder\"
exit $code
";
/// A reload of Caddy opens its doors anew before it shuts the old ones. Whoever stands at an old one and was not let in yet
/// is sent away, unless the kernel is told to let him through the new one.
pub const KEEP_WHO_WAITS: &str =
    "if [ -w /proc/sys/net/ipv4/tcp_migrate_req ]; then echo 1 2>/dev/null >/proc/sys/net/ipv4/tcp_migrate_req || :; fi
";
const RELOAD: &str = "systemctl reload caddy
systemctl is-active caddy
rm -f /etc/caddy/Caddyfile.next
";
const RELOAD_AS_IT_WAS: &str =
    "if systemctl is-active caddy; then systemctl reload caddy; else systemctl restart caddy; fi
";

/// Seconds
const QUICK: u64 = 120;

pub fn publish(ours: Ours<'_>, table: Table, now: Moment) -> Result<Plan, Fault> {
    if !ours.runs() {
        return Err(refused(
            format!("{} was not given its routes", ours.app.name),
            "it is off",
            "start it; it gets its routes then",
        ));
    }
    let (mut steps, footing) = ours.begin();
    let text = file(&table);
    let laid = |path: &str| InnerFile {
        path: path.into(),
        mode: 0o644,
        owner: None,
        text: text.clone(),
        values: Values::Asis,
        app: ours.app.id.clone(),
    };
    steps.add(Step::PutFile { aim: ours.aim(), file: laid(NEXT) });
    steps.add(Step::Run { aim: ours.aim(), script: script("look whether Caddy takes it", VALIDATE) });
    let back = Comeback::Script(script("read the old routes again", &reload(RELOAD_AS_IT_WAS)));
    steps.add(Step::Comeback { aim: ours.aim(), way: back });
    steps.add(Step::PutFile { aim: ours.aim(), file: laid(FILE) });
    steps.add(Step::Run { aim: ours.aim(), script: script("read the new routes, without a stop", &reload(RELOAD)) });
    steps.add(Step::Probe { aim: ours.aim(), probe: answers() });
    let applied = Applied { at: now, format: FORMAT, table };
    ours.record(&mut steps, ours.with_book(now, |book| book.applied = Some(applied)));
    Ok(ours.plan(PlanKind::Publish, ours.checked(steps, footing)))
}

fn reload(how: &str) -> String {
    format!("set -eu\n{KEEP_WHO_WAITS}{how}")
}

fn answers() -> Probe {
    Probe { what: ProbeKind::Tcp { port: 80 }, deadline: 30, interval: 5 }
}

fn script(title: &str, text: &str) -> InnerScript {
    InnerScript { title: title.into(), text: text.into(), deadline: QUICK, meaning: Meaning::Recipe }
}
