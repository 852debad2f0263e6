//! `proximity gateway …` and `app publish`. What must hold: what was said is written down before the gateway is asked, so it
//! gets it sooner or later.

mod rows;

use super::{
    arguments::{Certificates, GatewayCommand, Making, Publishing},
    begin::{carry_out, finish, tell},
    face::{Face, other_answer},
    follow::Where,
    named::{self, fleet_known},
    print::table,
    wishes::address,
};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::Fleet,
        gateway::{self, Gateway, Tls, Wish, standing},
        ids::{AppId, HostId, NodeName},
        plan::PlanKind,
    },
    engine::{Answer, Change, GatewayWish, Query, Request},
};

pub use rows::{GatewayRow, PublishedRow};

pub async fn run(command: &GatewayCommand, face: Face<'_>) -> Result<(), Fault> {
    match command {
        GatewayCommand::Make(making) => make(making, face).await,
        GatewayCommand::List => {
            let fleet = fleet_known(face).await;
            let rows: Vec<_> = Gateway::all(&fleet).map(|one| GatewayRow::of(&fleet, &standing(&fleet, one))).collect();
            let head = ["NAME", "HOST", "STATE", "ADDRESS", "DOMAIN", "CERTIFICATES", "ROUTES", "WAITING"];
            face.printer.result(&rows, || table(&head, &rows.iter().map(GatewayRow::cells).collect::<Vec<_>>()));
            Ok(())
        }
        GatewayCommand::Show { gateway, file } => show(gateway.as_deref(), *file, face).await,
        GatewayCommand::Publish { gateway } => {
            let app = one(gateway.as_deref(), face).await?;
            carry_out(Request::Publish(app.id), face).await
        }
        GatewayCommand::Remove { gateway } => {
            let app = one(gateway.as_deref(), face).await?;
            let request = Request::Bin(app.id.clone());
            face.agree(&request, PlanKind::Bin, &app.name).await?;
            carry_out(request, face).await
        }
        GatewayCommand::Ca { gateway } => root(gateway.as_deref(), face).await,
    }
}

async fn make(making: &Making, face: Face<'_>) -> Result<(), Fault> {
    let fleet = fleet_known(face).await;
    let host = match (&making.host, fleet.hosts.as_slice()) {
        (Some(host), _) => HostId::new(host.as_str()),
        (None, [only]) => only.id.clone(),
        (None, _) => return Err(which("no gateway was made", "there is not exactly one host", "name it with --host")),
    };
    let tls = match making.tls {
        Certificates::Internal => Tls::Internal,
        Certificates::Acme => Tls::Acme { email: making.email.clone() },
        Certificates::Off => Tls::Off,
    };
    let wish = GatewayWish {
        host,
        node: making.node.as_deref().map(NodeName::new),
        name: making.name.clone(),
        domain: making.domain.clone(),
        tls,
        address: address(&making.address),
        bridge: making.bridge.clone(),
        storage: making.storage.clone(),
    };
    let name = wish.name.clone().unwrap_or_else(|| gateway::RECIPE.to_owned());
    let request = Request::MakeGateway(Box::new(wish));
    face.agree(&request, PlanKind::Deploy, &name).await?;
    let made = finish(face.engine.ask(request).await?, Where::Here, face).await?;
    let Some(app) = made.plan.subject.app() else { return Err(other_answer()) };
    // Those that are there already get their names at once.
    give(app.clone(), face).await?;
    tell(&made, face).await;
    Ok(())
}

async fn show(named: Option<&str>, file: bool, face: Face<'_>) -> Result<(), Fault> {
    let fleet = fleet_known(face).await;
    let app = of_fleet(&fleet, named)?;
    let standing = Gateway::of(app).map(|gateway| standing(&fleet, gateway)).ok_or_else(|| no_gateway(&app.name))?;
    if file {
        let text = gateway::file(&standing.wanted.table);
        face.printer.result(&serde_json::json!({ "file": text }), || text.lines().map(str::to_owned).collect());
        return Ok(());
    }
    let row = GatewayRow::of(&fleet, &standing);
    face.printer.result(&row, || row.lines());
    Ok(())
}

async fn root(named: Option<&str>, face: Face<'_>) -> Result<(), Fault> {
    let app = one(named, face).await?;
    let Answer::Text(text) = face.engine.query(Query::GatewayRoot(app.id.clone())).await? else {
        return Err(other_answer());
    };
    let domain = Gateway::of(&app).and_then(|gateway| gateway.domain).map(|domain| domain.to_string());
    let data = serde_json::json!({ "gateway": app.id.as_str(), "domain": domain, "certificate": text });
    // Beside the certificate, so that it can be written into a file.
    for line in how_to_trust(&app.name) {
        face.printer.aside(&line);
    }
    face.printer.result(&data, || text.lines().map(str::to_owned).collect());
    Ok(())
}

fn how_to_trust(name: &str) -> [String; 4] {
    [
        format!("the authority of {name}; keep it with `proximity gateway ca >{name}.crt`, then trust it once:"),
        format!("  Debian, Ubuntu  copy {name}.crt to /usr/local/share/ca-certificates/, run update-ca-certificates"),
        "  Firefox         Settings, Certificates, Authorities, Import".to_owned(),
        "  macOS, Windows, Android, iOS   open the file, and trust it for web sites".to_owned(),
    ]
}

/// `app publish`
pub async fn publish(wanted: &Publishing, face: Face<'_>) -> Result<(), Fault> {
    let app = named::app_known(&wanted.app, face).await?;
    let before = app.book.as_ref().map(|book| book.publishing.clone()).unwrap_or_default();
    let publishing = match wanted.not {
        true => gateway::Publishing { wish: Wish::No, label: None, port: None },
        false => gateway::Publishing {
            wish: Wish::Yes,
            label: wanted.label.clone().or(before.label),
            port: wanted.port.or(before.port),
        },
    };
    face.engine.change(Change::SetPublishing { app: app.id.clone(), publishing }).await?;
    if !wanted.later {
        give_it_now(&app, face).await?;
    }
    let fleet = face.engine.fleet().borrow().clone();
    let Some(app) = fleet.app(&app.id) else { return Err(other_answer()) };
    let row = PublishedRow::of(&fleet, app);
    face.printer.result(&row, || row.lines());
    Ok(())
}

/// Where its gateway runs; else it gets it when it does.
async fn give_it_now(app: &App, face: Face<'_>) -> Result<(), Fault> {
    let fleet = face.engine.fleet().borrow().clone();
    let Some(gateway) = Gateway::on(&fleet, &app.guest.host) else { return Ok(()) };
    let standing = standing(&fleet, gateway);
    if !standing.runs || standing.waiting.is_empty() {
        return Ok(());
    }
    give(standing.gateway.app, face).await
}

async fn give(gateway: AppId, face: Face<'_>) -> Result<(), Fault> {
    match face.engine.ask(Request::Publish(gateway)).await {
        Ok(id) => finish(id, Where::Here, face).await.map(drop),
        // Somebody else gives it its routes this very moment, perhaps without this one.
        Err(fault) if fault.code == FaultCode::Busy => {
            face.printer.aside(&format!("{}; `proximity gateway publish` gives it what is missing", fault.why));
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}

/// The gateway that is named, or the only one.
async fn one(named: Option<&str>, face: Face<'_>) -> Result<App, Fault> {
    match named {
        Some(name) => {
            let app = named::app_now(name, face).await?;
            if Gateway::is(&app) { Ok(app) } else { Err(no_gateway(&app.name)) }
        }
        None => {
            let fleet = fleet_known(face).await;
            let app = of_fleet(&fleet, None)?;
            named::app_now(app.id.as_str(), face).await
        }
    }
}

fn of_fleet<'a>(fleet: &'a Fleet, named: Option<&str>) -> Result<&'a App, Fault> {
    if let Some(name) = named {
        return named::app(fleet, name);
    }
    let mut all = fleet.apps.iter().filter(|app| Gateway::of(app).is_some());
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            Err(which("no gateway was meant", "there is more than one", "name it, as `proximity gateway list` does"))
        }
        (None, _) => Err(Fault::lasting(
            FaultCode::NotFound,
            "there is no gateway",
            "no host has one yet",
            "make one with `proximity gateway make`",
        )),
    }
}

fn which(what: &str, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Usage, what, why, remedy)
}

fn no_gateway(name: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{name} is no gateway"),
        "it is an app of another recipe, or waits in the recycle bin",
        "look at `proximity gateway list`",
    )
}
