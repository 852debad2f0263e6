//! Looks from inside whether an app works, where no network leads to it. What must hold: nothing but what the guest itself
//! has is needed, and where nobody can look inside that is said and not taken for a success.

use std::time::Duration;

use tokio::time::Instant;

use super::{inside::look_inside, job_of, look::pause};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Power,
        plan::Aim,
        probe::{Probe, ProbeKind},
    },
    operations::{desk::Desk, ensure, task::Broken},
};

/// What keeps running for so long has not failed at its start.
const STEADY: Duration = Duration::from_secs(10);
/// A look from inside is over by then.
const QUICK: Duration = Duration::from_secs(60);

pub async fn try_it(desk: &mut Desk<'_>, aim: &Aim, i: usize, probe: Option<&Probe>) -> Result<(), Broken> {
    // What this operation made is listed by now.
    desk.spot_anew(aim).await?;
    let Some(probe) = probe else { return keeps_running(desk, aim).await };
    let end = Instant::now() + Duration::from_secs(probe.deadline);
    let mut tried = 0;
    loop {
        let job = format!("{}-{tried}", job_of(desk, i).as_str());
        let why = match look_inside(desk, aim, &job, &look(&probe.what), QUICK).await {
            Ok(0) => return Ok(()),
            Ok(code) => meaning(&probe.what, code),
            // It has no shell, or none that we reach: all that is to be seen is that it runs.
            Err(Broken::Failed(fault)) if fault.code == FaultCode::Refused => {
                desk.note(format!("nobody can look inside ({}); it is looked whether it keeps running", fault.why));
                return keeps_running(desk, aim).await;
            }
            Err(Broken::Failed(fault)) => fault.why,
            Err(broken) => return Err(broken),
        };
        if ensure::power(&desk.spot(aim).await?).await? == Some(Power::Stopped) {
            return Err(does_not_work(desk, "its container stopped by itself").into());
        }
        desk.note(format!("not yet: {why}"));
        if Instant::now() >= end {
            return Err(does_not_work(desk, &why).into());
        }
        pause(desk).await?;
        tried += 1;
    }
}

async fn keeps_running(desk: &mut Desk<'_>, aim: &Aim) -> Result<(), Broken> {
    let end = Instant::now() + STEADY.min(desk.world.tempo.look * 50);
    loop {
        if ensure::power(&desk.spot(aim).await?).await? != Some(Power::Running) {
            return Err(does_not_work(desk, "its container stopped by itself").into());
        }
        if Instant::now() >= end {
            return Ok(());
        }
        pause(desk).await?;
    }
}

fn does_not_work(desk: &Desk<'_>, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("what came out of the backup of {} does not work", desk.operation.plan.name),
        why,
        "take another backup of it, an older one perhaps",
    )
}

const NOT_LISTENING: i32 = 3;

fn meaning(what: &ProbeKind, code: i32) -> String {
    match what {
        ProbeKind::Tcp { port } | ProbeKind::Http { port, .. } if code == NOT_LISTENING => {
            format!("nobody listens at port {port}")
        }
        ProbeKind::Http { port, path, .. } => format!("port {port} does not answer {path} as it should"),
        _ => format!("the command ended with {code}"),
    }
}

/// A script for a shell that may have nothing but itself. It ends with 0 where all is well.
pub fn look(what: &ProbeKind) -> String {
    match what {
        ProbeKind::Command { run } => format!("exec {}\n", crate::domain::quote::command_line(run)),
        ProbeKind::Tcp { port } => listening(*port),
        ProbeKind::Http { scheme, port, path, status } => {
            format!("{}{}", listening(*port), page(scheme, *port, path, *status))
        }
    }
}

/// The kernel's own list of who listens: no program is needed to read it.
fn listening(port: u16) -> String {
    format!(
        "heard=\nfor list in /proc/net/tcp /proc/net/tcp6; do\n  [ -r \"$list\" ] || continue\n  \
         while read -r _ here _ state _; do\n    case \"$here $state\" in *:{port:04X}\\ 0A) heard=yes ;; esac\n  \
         done <\"$list\"\ndone\n[ -n \"$heard\" ] || exit {NOT_LISTENING}\n"
    )
}

/// Where neither curl nor wget is there, that it listens is all that can be seen.
fn page(scheme: &str, port: u16, path: &str, (from, to): (u16, u16)) -> String {
    let url = crate::domain::quote::quoted(&format!("{scheme}://127.0.0.1:{port}{path}"));
    format!(
        "code=\nif command -v curl >/dev/null 2>&1; then\n  \
         code=$(curl -k -s -o /dev/null -m 10 -w '%{{http_code}}' {url}) || exit 4\n\
         elif command -v wget >/dev/null 2>&1; then\n  \
         wget -q -T 10 -O /dev/null --no-check-certificate {url} 2>/dev/null || wget -q -T 10 -O /dev/null {url} || exit 4\n\
         fi\n[ -z \"$code\" ] || {{ [ \"$code\" -ge {from} ] && [ \"$code\" -le {to} ]; }} || exit 5\n"
    )
}
