//! `proximity host add --least`: a token of its own. What must hold: every command that is about to be done was shown, and
//! nothing is done without a yes.

use std::time::Duration;

use super::{
    arguments::{Global, LeastSaid},
    ask,
    print::Printer,
};
use crate::{
    domain::fault::{Fault, FaultCode},
    engine::{Answer, Engine, Fetching, HostDraft, LeastPlan, LeastReach, LeastState, LeastWish, Nights, Query, now},
};

/// Where new apps come, where nobody says another.
const POOL: &str = "proximity";

/// Days from now, as a moment.
pub(super) fn days(days: u16) -> crate::domain::moment::Moment {
    now() + Duration::from_secs(u64::from(days) * 86_400)
}

pub fn wish(said: &LeastSaid) -> Option<LeastWish> {
    let pool = said.pool.clone().unwrap_or_else(|| POOL.to_owned());
    said.least.then(|| LeastWish {
        user: said.token_user.clone(),
        reach: if said.all_guests { LeastReach::All { pool } } else { LeastReach::Pool(pool) },
        storages: said.storage.clone(),
        bridges: said.bridge.clone(),
        fetches: if said.no_fetch { Fetching::Left } else { Fetching::Allowed },
        expires: said.token_days.map(days),
        nights: if said.no_backup { Nights::Left } else { Nights::Covered },
    })
}

/// Shows all of it and waits for a yes.
pub async fn agree(draft: &HostDraft, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let Answer::Least(plan) = engine.query(Query::Least(Box::new(draft.clone()))).await? else {
        return Err(super::face::other_answer());
    };
    lines(&plan).iter().for_each(|line| printer.aside(line));
    if global.yes {
        return Ok(());
    }
    let refused = |why: &str| {
        Fault::lasting(
            FaultCode::Refused,
            format!("{} was not added, and nothing was made there", draft.name),
            why,
            "say it with --yes; the commands that would be done stand above",
        )
    };
    match ask::yes("make all that, and forget the password?") {
        Some(true) => Ok(()),
        Some(false) => Err(refused("you did not say yes")),
        None => Err(refused("nobody was there to say yes")),
    }
}

fn lines(plan: &LeastPlan) -> Vec<String> {
    let mut lines = vec!["this will be done on the host, as these commands in a shell of it would:".to_owned()];
    for line in &plan.lines {
        match line.state {
            LeastState::There => lines.push(format!("  # {} is there", line.title)),
            LeastState::Made => lines.push(format!("  {}", line.line)),
            LeastState::Changed => lines.push(format!("  {}  # it is there, and is changed", line.line)),
        }
    }
    lines.extend(plan.good_for.iter().map(|words| format!("good for: {words}")));
    lines.extend(plan.not_for.iter().map(|words| format!("not for: {words}")));
    lines
}
