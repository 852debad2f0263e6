//! News of the world in the operator's words: what becomes a toast, and how it reads.

use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::{Notice, Tone, now};
use crate::{
    domain::{
        care::{About, Drift, Level},
        fault::Fault,
        host::{Expiring, Expiry},
        ids::HostId,
        operation::Operation,
        plan::journal::{Entry, Outcome, Output},
    },
    operations::world::News,
};

pub(super) async fn put_into_words(
    mut news: broadcast::Receiver<News>,
    notices: broadcast::Sender<Notice>,
    end: CancellationToken,
) {
    loop {
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = end.cancelled() => return,
        };
        match heard {
            // Nobody listening is fine.
            Ok(news) => drop(notices.send(tell(news))),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn tell(news: News) -> Notice {
    match news {
        News::Ended(operation) => tell_end(&operation),
        News::Asks(operation) => Notice {
            tone: Tone::Warning,
            text: format!(
                "{} {}: keep what was made, or take it back?",
                operation.plan.name,
                operation.plan.kind.undone()
            )
            .into(),
            detail: operation.fault().map(|fault| fault.advice().into()),
            operation: Some(operation.id),
        },
        News::HostLost(host, fault) => Notice { text: format!("{host}: {}", fault.what).into(), ..of_fault(&fault) },
        News::HostBack(host) => {
            Notice { tone: Tone::Success, text: format!("{host} answers again").into(), detail: None, operation: None }
        }
        News::RunsOut(host, what) => Notice {
            tone: Tone::Warning,
            text: format!("{host}: {}", what.first().map_or_else(String::new, |first| first.in_words(now()))).into(),
            detail: Some(runs_out(&host, &what).into()),
            operation: None,
        },
        News::Found(finding) => Notice {
            tone: match finding.drift {
                Drift::Missing | Drift::Reused => Tone::Danger,
                Drift::Changed(_) => Tone::Warning,
                Drift::New | Drift::Moved { .. } => Tone::Info,
            },
            text: format!("{}: {}", finding.name, finding.drift.words()).into(),
            detail: Some(format!("look at `proximity inbox show {}`", finding.id).into()),
            operation: None,
        },
        News::Raised(alert) => Notice {
            tone: match alert.level {
                Level::Warning => Tone::Warning,
                Level::Danger => Tone::Danger,
            },
            text: format!("{}: {}", alert.name, alert.what).into(),
            detail: alert.mend.as_ref().map(|mend| mend.title().into()),
            operation: None,
        },
        News::Over(alert) => Notice {
            tone: Tone::Success,
            text: match alert.about {
                About::Many(_) => format!("{}: {}", alert.name, alert.what).into(),
                _ => format!("{}: {} is over", alert.name, alert.rule).into(),
            },
            detail: None,
            operation: None,
        },
        News::Trouble(fault) => of_fault(&fault),
    }
}

/// What else does, and what to do.
fn runs_out(host: &HostId, what: &[Expiry]) -> String {
    let more = what.iter().skip(1).map(|expiry| format!("{}; ", expiry.in_words(now()))).collect::<String>();
    let token = what.iter().any(|expiry| expiry.what == Expiring::Token);
    let certificate = what.iter().any(|expiry| expiry.what != Expiring::Token);
    let advice = [
        token.then(|| format!("make a new token: `proximity host rotate {host}`")),
        certificate.then(|| "renew the certificate: `pvecm updatecerts --force` on its node".to_owned()),
    ];
    format!("{more}{}", advice.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

fn of_fault(fault: &Fault) -> Notice {
    Notice {
        tone: Tone::Danger,
        text: fault.what.as_str().into(),
        detail: Some(fault.advice().into()),
        operation: None,
    }
}

fn tell_end(operation: &Operation) -> Notice {
    let name = &operation.plan.name;
    let done = operation.plan.kind.done();
    let seconds = operation.ended.as_ref().map_or(0, |ended| ended.at.since(operation.began).as_secs());
    let warned = operation.journal.iter().any(|entry| matches!(entry, Entry::Did(_, Output::Warned(_))));
    let (tone, text) = match (operation.outcome(), warned) {
        (Some(Outcome::Done), false) => (Tone::Success, format!("{name} {done} in {seconds} s")),
        (Some(Outcome::Done), true) => (Tone::Warning, format!("{name} {done} with warnings in {seconds} s")),
        (Some(Outcome::Partly), _) => {
            let (done, all) = operation.parts();
            let undone = operation.plan.kind.undone();
            (
                Tone::Danger,
                format!(
                    "{name} {undone} to the end: {done} of {all} were {}, and stay so",
                    operation.plan.kind.parted()
                ),
            )
        }
        _ => (Tone::Danger, format!("{name} {}", operation.plan.kind.undone())),
    };
    let detail = operation.fault().map(|fault| fault.advice().into());
    Notice { tone, text: text.into(), detail, operation: Some(operation.id) }
}
