//! `proximity host show`: all that is known of a host. A host that does not answer is shown as it was last seen, and says
//! so.

use serde::Serialize;

use super::{
    node::{filled, percent},
    print::{Printer, table},
    rows::{ExpiryRow, HostRow, NodeRow},
};
use crate::{
    domain::{fault::Fault, host::no_such_host, ids::HostId},
    engine::{Change, Engine},
};

#[derive(Serialize)]
struct HostSheet {
    #[serde(flatten)]
    host: HostRow,
    machines: Vec<NodeRow>,
}

pub async fn show(name: &str, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    drop(engine.change(Change::Refresh).await);
    let id = HostId::new(name);
    engine.survey(&id).await;
    engine.look_at_expiry(&id).await;
    let fleet = engine.fleet().borrow().clone();
    let host = fleet.host(&id).ok_or_else(|| no_such_host(name))?;
    let sheet = HostSheet {
        host: HostRow::of(&fleet, host),
        machines: fleet.nodes_of(&id).map(|node| NodeRow::of(&fleet, node)).collect(),
    };
    printer.result(&sheet, || lines(&sheet));
    if let Some(why) = &sheet.host.why {
        printer.aside(&format!("{name}: {why}"));
    }
    Ok(())
}

fn lines(sheet: &HostSheet) -> Vec<String> {
    let host = &sheet.host;
    let version = host.version.as_deref().unwrap_or("--");
    let mut lines = vec![
        format!(
            "{}: {}, Proxmox VE {version}, {}",
            host.name,
            host.reach,
            host.cluster.as_deref().unwrap_or("one machine")
        ),
        format!("at {} as {}", host.addresses.join(" "), host.login),
        format!("certificate {}", host.certificate.pinned),
    ];
    let defaults = &host.defaults;
    let named = [
        ("disks", &defaults.storage),
        ("backups", &defaults.backups),
        ("templates", &defaults.templates),
        ("bridge", &defaults.bridge),
        ("pool", &defaults.pool),
    ];
    let named = named.into_iter().filter_map(|(what, name)| Some(format!("default for {what}: {}", name.as_ref()?)));
    lines.extend(named);
    lines.extend(host.expiring.iter().map(ExpiryRow::in_words));
    lines.extend(host.roads.iter().map(|road| format!("road {}", road.in_words())));
    let cells = sheet.machines.iter().map(|node| {
        let version = node.version.clone().unwrap_or_else(|| "--".into());
        let (cpu, memory, disk) = (percent(node.cpu), filled(node.memory), filled(node.disk));
        vec![node.node.clone(), node.status.into(), version, cpu, memory, disk, node.guests.to_string()]
    });
    lines.extend(table(&["NODE", "STATUS", "VERSION", "CPU", "MEMORY", "DISK", "GUESTS"], &cells.collect::<Vec<_>>()));
    lines
}
