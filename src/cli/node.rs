//! `proximity node …`

use super::{
    arguments::NodeCommand,
    print::{Printer, table},
    rows::MachineRow,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Reach, Usage},
        host::switched_off,
        ids::NodeKey,
    },
    engine::{Answer, Change, Engine, Query},
};

pub async fn run(command: &NodeCommand, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let NodeCommand::Show { node } = command;
    let key: NodeKey = node.parse().map_err(|_| no_node(node))?;
    let refreshed = engine.change(Change::Refresh).await;
    match engine.fleet().borrow().host(&key.host).map(|host| host.reach.clone()) {
        Some(Reach::Online) => {}
        Some(Reach::Lost(fault)) => return Err(fault),
        Some(Reach::Off) => return Err(switched_off(&key.host)),
        Some(Reach::Waiting) | None => refreshed?,
    }
    let Answer::Node(machine) = engine.query(Query::Node(key)).await? else { return Err(no_node(node)) };
    let fleet = engine.fleet().borrow().clone();
    let row = MachineRow::of(&fleet, *machine);
    printer.result(&row, || lines(&row));
    for silence in &row.silent {
        printer.aside(&format!("{} was not told: {}", silence.what, silence.why));
    }
    Ok(())
}

fn no_node(text: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("\"{text}\" names no node"),
        "a node's name alone is not enough: two hosts may have the same",
        "write HOST/NODE, as `proximity host show` prints it",
    )
}

fn lines(row: &MachineRow) -> Vec<String> {
    let mut lines = vec![
        format!("{}/{}: Proxmox VE {}", row.host, row.node, told(row.version.as_deref())),
        format!("kernel {}, boots by {}", told(row.kernel.as_deref()), told(row.boot.as_deref())),
        format!("{}, {} cores, {} threads", told(row.model.as_deref()), number(row.cores), number(row.cpus)),
        format!("cpu {}, load {}", percent(row.cpu), load(&row.load)),
        format!("memory {}, swap {}, root {}", filled(row.memory), filled(row.swap), filled(row.root)),
    ];
    lines.extend(row.pressure.as_ref().map(|read| {
        let some = |read: Option<f32>| read.map_or("--".into(), |read| format!("{read:.1} %"));
        format!("pressure: cpu {}, memory {}, io {}", some(read.cpu_some), some(read.memory_some), some(read.io_some))
    }));
    let storages = row.storages.iter().map(|one| format!("storage {} ({}): {}", one.name, one.kind, filled(one.usage)));
    lines.extend(storages);
    lines.extend(row.guests.iter().map(|guest| format!("guest {} {} {}", guest.guest, guest.name, guest.state)));
    for certificate in &row.certificates {
        lines.push(format!("certificate {} until {}", certificate.file, told(certificate.until.as_deref())));
    }
    lines.extend(
        row.abilities.iter().filter_map(|ability| {
            ability.lacks.as_ref().map(|lacks| format!("cannot: {}, which {lacks}", ability.what))
        }),
    );
    lines.extend(tasks(row));
    lines
}

fn tasks(row: &MachineRow) -> Vec<String> {
    let cells = row.tasks.iter().map(|task| {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "--".into());
        let result = task.result.clone().unwrap_or_else(|| "runs".into());
        vec![text(&task.began), task.kind.clone(), text(&task.guest), task.who.clone(), result]
    });
    table(&["BEGAN", "TASK", "GUEST", "WHO", "RESULT"], &cells.collect::<Vec<_>>())
}

fn told(text: Option<&str>) -> &str {
    text.unwrap_or("--")
}

fn number(number: Option<u32>) -> String {
    number.map_or("--".into(), |number| number.to_string())
}

pub(super) fn percent(share: Option<f32>) -> String {
    share.map_or("--".into(), |share| format!("{:.0} %", share * 100.0))
}

pub(super) fn filled(usage: Option<Usage>) -> String {
    percent(usage.and_then(Usage::fraction))
}

fn load(load: &[f32]) -> String {
    let words: Vec<_> = load.iter().map(|load| format!("{load:.2}")).collect();
    if words.is_empty() { "--".into() } else { words.join(" ") }
}
