//! `proximity host …`

use std::path::Path;

use serde::Serialize;

use super::{
    arguments::{AddHost, Global, HostCommand},
    ask, edit,
    face::Face,
    host_show, least, moves,
    print::{Printer, table},
    rotate,
    rows::{ExpiryRow, HostRow, RoadRow, SshRow},
    sizing, ssh, tidy,
};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Vault,
        host::HostDefaults,
        ids::HostId,
        moves::Whose,
        secret::Secret,
    },
    engine::{
        Allowance, Answer, Change, Credential, Engine, FoundStorage, HostDraft, PublicCa, Query, Rest, TestReport,
    },
};

pub async fn run(command: &HostCommand, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let face = Face::new(global, engine, printer);
    match command {
        HostCommand::Add(add) => self::add(add, global, engine, printer).await,
        HostCommand::List => list(engine, printer).await,
        HostCommand::Show { name } => host_show::show(name, engine, printer).await,
        HostCommand::Test { name } => test(name, engine, printer).await,
        HostCommand::Edit(edit) => edit::edit(edit, global, engine, printer).await,
        HostCommand::Rotate(rotate) => rotate::rotate(rotate, engine, printer).await,
        HostCommand::Remove { name } => remove(name, global, engine, printer).await,
        HostCommand::Balance { name, moving } => moves::balance(name, moving, face).await,
        HostCommand::Evacuate { node, all, partly, moving } => {
            let whose = if *all { Whose::All } else { Whose::Ours };
            let rest = if *partly { Rest::Left } else { Rest::Refused };
            moves::evacuate(node, whose, rest, moving, face).await
        }
        HostCommand::Reclaim(wanted) => sizing::reclaim(wanted, face).await,
        HostCommand::Tidy { name, moving } => tidy::tidy(name, moving, face).await,
        HostCommand::Fill { node, moving } => moves::fill(node, moving, face).await,
    }
}

async fn add(add: &AddHost, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let fingerprint = match &add.fingerprint {
        Some(fingerprint) => fingerprint.clone(),
        None => trust(add, global, engine, printer).await?,
    };
    let credential = credential(add)?;
    choose_passphrase(engine).await?;
    let draft = HostDraft {
        public_ca: if add.public_ca { PublicCa::Accepted } else { PublicCa::Refused },
        least: least::wish(&add.least).map(Box::new),
        ..HostDraft::of(&add.name, &add.address, &fingerprint, credential)
    };
    if draft.least.is_some() {
        least::agree(&draft, global, engine, printer).await?;
    }
    engine.change(Change::AddHost(draft)).await?;
    test(&add.name, engine, printer).await
}

/// A headless machine keeps its secrets in a file, and the first of them wants a passphrase for it.
pub(super) async fn choose_passphrase(engine: &Engine) -> Result<(), Fault> {
    let name = match engine.fleet().borrow().vault {
        Vault::Open | Vault::Opening => return Ok(()),
        Vault::Locked => "passphrase of the file of secrets",
        Vault::Unset => "new passphrase for the file of secrets",
    };
    let passphrase = ask::secret(None, name, "--passphrase-file")?;
    if name.starts_with("new") && ask::secret(None, "the same again", "--passphrase-file")? != passphrase {
        return Err(Fault::lasting(
            FaultCode::Usage,
            "no passphrase was chosen",
            "the two were not the same",
            "try once more; nothing was changed",
        ));
    }
    engine.change(Change::Unlock { passphrase }).await
}

async fn trust(add: &AddHost, global: &Global, engine: &Engine, printer: &Printer) -> Result<String, Fault> {
    let query = Query::Fingerprint { address: add.address.clone() };
    let Answer::Fingerprint(seen) = engine.query(query).await? else {
        return Err(untrusted("no certificate was shown"));
    };
    printer.aside(&format!("the certificate at {} has the SHA-256 fingerprint\n  {seen}", add.address));
    if global.yes {
        return Ok(seen);
    }
    match ask::yes("is that what the node's own screen shows, and do you trust it?") {
        Some(true) => Ok(seen),
        Some(false) => Err(untrusted("you did not trust it")),
        None => Err(untrusted(&format!("nobody was there to trust {seen}"))),
    }
}

fn untrusted(why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        "the host was not added",
        why,
        "compare the fingerprint with the node's (System, Certificates), then give it with --fingerprint",
    )
}

fn credential(add: &AddHost) -> Result<Credential, Fault> {
    if let Some(id) = &add.token {
        return token(id, add.secret_file.as_deref());
    }
    password(&add.user.clone().unwrap_or_default(), add.password_file.as_deref(), add.totp.as_deref())
}

pub(super) fn token(id: &str, file: Option<&Path>) -> Result<Credential, Fault> {
    let secret = ask::secret(file, "token secret", "--secret-file")?;
    Ok(Credential::Token { id: id.to_owned(), secret })
}

pub(super) fn password(user: &str, file: Option<&Path>, totp: Option<&str>) -> Result<Credential, Fault> {
    let password = ask::secret(file, "password", "--password-file")?;
    Ok(Credential::Password { user: user.to_owned(), password, totp: totp.map(Secret::new) })
}

async fn list(engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    // A host that does not answer is a row that says so, not a failure of the list.
    drop(engine.change(Change::Refresh).await);
    let known: Vec<_> = engine.fleet().borrow().hosts.iter().map(|host| host.id.clone()).collect();
    for host in &known {
        engine.survey(host).await;
        engine.look_at_expiry(host).await;
    }
    let fleet = engine.fleet().borrow().clone();
    let rows: Vec<_> = fleet.hosts.iter().map(|host| HostRow::of(&fleet, host)).collect();
    printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(cells).collect();
        table(&["NAME", "REACH", "VERSION", "NODES", "GUESTS", "ADDRESS", "LOGIN"], &cells)
    });
    for row in &rows {
        if let Some(why) = &row.why {
            printer.aside(&format!("{}: {why}", row.name));
        }
        for expiry in row.expiring.iter().filter(|expiry| expiry.soon) {
            printer.aside(&format!("{}: {}", row.name, expiry.in_words()));
        }
    }
    Ok(())
}

fn cells(row: &HostRow) -> Vec<String> {
    vec![
        row.name.clone(),
        row.reach.into(),
        row.version.clone().unwrap_or_else(|| "--".into()),
        row.nodes.to_string(),
        row.guests.to_string(),
        row.addresses.join(" "),
        row.login.clone(),
    ]
}

#[derive(Serialize)]
struct Tested {
    host: String,
    version: String,
    cluster: Option<String>,
    nodes: usize,
    guests: usize,
    missing: Vec<Missing>,
    abilities: Vec<Ability>,
    /// How SSH gets in, where it was set up.
    ssh: Option<SshRow>,
    /// Why it does not.
    ssh_fault: Option<Fault>,
    /// The roads into its guests, the best one first.
    roads: Vec<RoadRow>,
    storages: Vec<FoundRow>,
    bridges: Vec<BridgeRow>,
    pools: Vec<String>,
    /// What new apps go by there.
    defaults: HostDefaults,
    /// What they would best go by.
    proposed: HostDefaults,
    expiring: Vec<ExpiryRow>,
}

#[derive(Serialize)]
struct FoundRow {
    storage: String,
    kind: String,
    nodes: Vec<String>,
    shared: bool,
    /// `disks`, `backups`, `templates`
    holds: Vec<&'static str>,
    free: Option<u64>,
    total: Option<u64>,
}

#[derive(Serialize)]
struct BridgeRow {
    bridge: String,
    nodes: Vec<String>,
}

impl FoundRow {
    fn of(found: FoundStorage) -> Self {
        let holds =
            [(found.holds_disks, "disks"), (found.holds_backups, "backups"), (found.holds_templates, "templates")];
        Self {
            storage: found.name,
            kind: found.kind,
            nodes: found.nodes,
            shared: found.is_shared,
            holds: holds.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect(),
            free: found.free,
            total: found.total,
        }
    }
}

#[derive(Serialize)]
struct Ability {
    purpose: String,
    allowed: bool,
    /// `path: privilege`
    lacks: Vec<String>,
    grants: Vec<String>,
}

#[derive(Serialize)]
struct Missing {
    privilege: String,
    path: String,
    needed_for: String,
    grant: String,
}

async fn test(name: &str, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let Answer::Test(report) = engine.query(Query::TestHost(HostId::new(name))).await? else {
        return Err(untrusted("the host did not tell what it is"));
    };
    let id = HostId::new(name);
    let access = engine.fleet().borrow().host(&id).and_then(|host| host.ssh.clone());
    let mut tested = tested(name, *report);
    tested.roads = roads(&id, engine).await;
    engine.look_at_expiry(&id).await;
    if let Some(host) = engine.fleet().borrow().host(&id) {
        tested.defaults = host.defaults.clone();
        tested.expiring = ExpiryRow::all(host);
    }
    tested.ssh = access.as_ref().map(SshRow::of);
    if access.is_some() {
        tested.ssh_fault = engine.query(Query::TestSsh(id)).await.err();
    }
    printer.result(&tested, || {
        let mut lines = lines(&tested);
        lines.extend(tested.roads.iter().map(|road| format!("road {}", road.in_words())));
        lines.extend(access.as_ref().map(ssh::in_words));
        lines.extend(tested.ssh_fault.as_ref().map(|fault| format!("  but: {fault}")));
        lines
    });
    Ok(())
}

/// A host that was asked by itself only now was not listed yet.
async fn roads(host: &HostId, engine: &Engine) -> Vec<RoadRow> {
    drop(engine.change(Change::Refresh).await);
    engine.survey(host).await;
    engine.fleet().borrow().host(host).map(|host| RoadRow::all(&host.roads)).unwrap_or_default()
}

fn tested(name: &str, report: TestReport) -> Tested {
    let missing = report.missing.into_iter().map(|right| Missing {
        privilege: right.privilege,
        path: right.path,
        needed_for: right.needed_for,
        grant: right.grant,
    });
    let bridges = report.bridges.into_iter().map(|found| BridgeRow { bridge: found.name, nodes: found.nodes });
    Tested {
        host: name.into(),
        version: report.version,
        cluster: report.cluster,
        nodes: report.nodes,
        guests: report.guests,
        missing: missing.collect(),
        abilities: report.optional.into_iter().map(ability).collect(),
        ssh: None,
        ssh_fault: None,
        roads: Vec::new(),
        storages: report.storages.into_iter().map(FoundRow::of).collect(),
        bridges: bridges.collect(),
        pools: report.pools,
        defaults: HostDefaults::default(),
        proposed: report.proposed,
        expiring: Vec::new(),
    }
}

fn ability(allowance: Allowance) -> Ability {
    Ability {
        purpose: allowance.purpose,
        allowed: allowance.missing.is_empty(),
        lacks: allowance.missing.iter().map(|(privilege, path)| format!("{path}: {privilege}")).collect(),
        grants: allowance.grants,
    }
}

fn lines(tested: &Tested) -> Vec<String> {
    let cluster = tested.cluster.as_ref().map_or("a single machine".into(), |name| format!("cluster {name}"));
    let mut lines = vec![format!(
        "{}: Proxmox VE {}, {cluster}, {} nodes, {} guests",
        tested.host, tested.version, tested.nodes, tested.guests
    )];
    for right in &tested.missing {
        lines.push(format!("lacks {} at {} ({}):", right.privilege, right.path, right.needed_for));
        lines.push(format!("  {}", right.grant));
    }
    let (allowed, refused): (Vec<_>, Vec<_>) = tested.abilities.iter().partition(|ability| ability.allowed);
    lines.extend(allowed.iter().map(|ability| format!("may: {}", ability.purpose)));
    for ability in refused {
        lines.push(format!("may not: {}; to allow it, in a shell of the host:", ability.purpose));
        lines.extend(ability.grants.iter().map(|line| format!("  {line}")));
    }
    lines.extend(tested.storages.iter().map(|found| {
        let free = found.free.map_or_else(|| "--".to_owned(), |free| format!("{} GB free", free >> 30));
        let (holds, nodes) = (found.holds.join(", "), found.nodes.join(", "));
        format!("storage {} ({}): {holds}; {free}; on {nodes}", found.storage, found.kind)
    }));
    lines.extend(tested.bridges.iter().map(|found| format!("bridge {}: on {}", found.bridge, found.nodes.join(", "))));
    if !tested.pools.is_empty() {
        lines.push(format!("pools: {}", tested.pools.join(", ")));
    }
    lines.extend(default_lines(&tested.defaults));
    lines.extend(tested.expiring.iter().map(ExpiryRow::in_words));
    lines
}

/// What new apps go by, as far as it was said.
pub(super) fn default_lines(defaults: &HostDefaults) -> Vec<String> {
    let all = [
        ("disks", &defaults.storage),
        ("backups", &defaults.backups),
        ("templates", &defaults.templates),
        ("bridge", &defaults.bridge),
        ("pool", &defaults.pool),
    ];
    let said = all.into_iter().filter_map(|(what, name)| Some(format!("new apps: {what} {}", name.as_ref()?)));
    said.collect()
}

async fn remove(name: &str, global: &Global, engine: &Engine, printer: &Printer) -> Result<(), Fault> {
    let question = format!("forget {name} and its credential? (the host itself is not touched)");
    if !global.yes && ask::yes(&question) != Some(true) {
        return Err(Fault::lasting(
            FaultCode::Refused,
            format!("{name} was not removed"),
            "nobody said yes",
            "say it with --yes",
        ));
    }
    engine.change(Change::RemoveHost(HostId::new(name))).await?;
    printer.result(&serde_json::json!({ "removed": name }), || vec![format!("{name} is forgotten")]);
    Ok(())
}
