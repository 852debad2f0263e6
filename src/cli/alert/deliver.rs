//! `alert deliver` and `alert test`. What must hold: a secret comes from standard input and goes to the vault, and nowhere
//! else.

use std::path::Path;

use serde::Serialize;

use super::super::{
    arguments::{Delivering, Global},
    ask,
    face::{Face, other_answer},
    print::table,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        secret::Secret,
    },
    engine::{Answer, Carrier, Change, Query},
    settings::{self, Paths},
};

#[derive(Serialize)]
struct DeliveredRow {
    /// `webhook` or `ntfy`
    carrier: &'static str,
    delivered: bool,
    fault: Option<Fault>,
}

impl DeliveredRow {
    fn cells(&self) -> Vec<String> {
        let said = self.fault.as_ref().map_or_else(|| "delivered".into(), |fault| format!("failed: {}", fault.why));
        vec![self.carrier.into(), said]
    }
}

/// One that fails hides nothing of the others.
pub async fn test(face: Face<'_>) -> Result<(), Fault> {
    let Answer::Deliveries(all) = face.engine.query(Query::TestDeliveries).await? else { return Err(other_answer()) };
    if all.is_empty() {
        return Err(Fault::lasting(
            FaultCode::NotFound,
            "nothing was sent",
            "alerts are delivered nowhere",
            "say where: `proximity alert deliver --ntfy https://ntfy.sh/TOPIC`, or --webhook URL",
        ));
    }
    let first = all.iter().find_map(|one| one.fault.clone());
    let rows: Vec<_> = all
        .into_iter()
        .map(|one| DeliveredRow { carrier: one.carrier.slug(), delivered: one.fault.is_none(), fault: one.fault })
        .collect();
    face.printer
        .result(&rows, || table(&["DELIVERY", "RESULT"], &rows.iter().map(DeliveredRow::cells).collect::<Vec<_>>()));
    first.map_or(Ok(()), Err)
}

pub async fn set(delivering: &Delivering, global: &Global, face: Face<'_>) -> Result<(), Fault> {
    let Delivering { webhook, webhook_stdin, ntfy, token_stdin, off } = delivering;
    if !off && !webhook_stdin && !token_stdin && webhook.is_none() && ntfy.is_none() {
        return super::rules::show(face);
    }
    let paths = Paths::find(global.data.as_deref())?;
    let file = if global.demo { paths.for_demo() } else { paths }.settings();
    let (mut settings, fault) = settings::load(&file);
    if let Some(fault) = fault {
        return Err(fault);
    }
    let alerts = &mut settings.alerts;
    if *off {
        (alerts.webhook, alerts.ntfy) = (String::new(), String::new());
    }
    alerts.webhook = webhook.clone().unwrap_or_else(|| std::mem::take(&mut alerts.webhook));
    alerts.ntfy = ntfy.clone().unwrap_or_else(|| std::mem::take(&mut alerts.ntfy));
    alerts.check().map_err(|why| unfit(&why))?;
    keep_secrets(delivering, face).await?;
    settings::save(&file, &settings)?;
    face.engine.change(Change::SetRules(settings.rules())).await?;
    super::rules::show(face)
}

async fn keep_secrets(delivering: &Delivering, face: Face<'_>) -> Result<(), Fault> {
    let keep = |carrier, secret: Option<Secret>| face.engine.change(Change::KeepDeliverySecret(carrier, secret));
    let read = |name, flag| ask::secret(Some(Path::new("-")), name, flag);
    if delivering.off {
        keep(Carrier::Ntfy, None).await?;
    }
    // An address in the settings takes the place of one that was a secret.
    if delivering.off || delivering.webhook.is_some() {
        keep(Carrier::Webhook, None).await?;
    }
    if delivering.webhook_stdin {
        keep(Carrier::Webhook, Some(read("address of the webhook", "--webhook-stdin")?)).await?;
    }
    if delivering.token_stdin {
        keep(Carrier::Ntfy, Some(read("token for ntfy", "--token-stdin")?)).await?;
    }
    Ok(())
}

fn unfit(why: &str) -> Fault {
    Fault::lasting(FaultCode::Usage, "nothing was changed", why, "write an address such as https://ntfy.sh/topic")
}
