//! Recipes to choose from, plans for them, and what the engine would answer.

use std::collections::BTreeSet;
use std::{path::PathBuf, sync::Arc};

use proximity::{
    domain::fault::{Fault, FaultCode},
    domain::fleet::GuestKind,
    domain::{
        app::Method,
        book::{Binned, Book, Origin as Made},
        catalog::{Recipe, RecipeId},
        fleet::Fleet,
        ids::*,
        moment::Moment,
        operation::{Ended, Operation},
        placement::Judged,
        plan::{
            Aim, Plan, PlanKind, PowerAction, Step, Subject,
            journal::{Entry, Outcome, Output, Reservation},
            place::{Footing, Right},
            step::{Fetched, InnerScript, Meaning, Reserve},
        },
        probe::{Probe, ProbeKind},
    },
    engine::{
        Answer, Query,
        door::{BadRecipe, CallPreview, Held, Origin, Preview, Shelf, Shelved, StepPreview},
    },
    tui::{
        effect::Effect,
        event::{Event, Ticket},
    },
};

use super::{
    fleet::{NOW, homelab, host, key},
    stage::Stage,
};

fn recipe(id: &str, more: serde_json::Value) -> Recipe {
    let mut whole = serde_json::json!({
        "schema": 1, "id": id, "version": "1.0", "license": "MIT", "category": "media",
        "resources": {
            "cores": { "min": 1, "recommended": 2 },
            "memory": { "min": 512, "recommended": 2048 },
            "disk": { "min": 4, "recommended": 8 }
        },
        "probe": { "what": { "http": { "port": 8096, "path": "/health" } } }
    });
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

pub fn jellyfin() -> Recipe {
    recipe(
        "jellyfin",
        serde_json::json!({
            "name": "Jellyfin", "version": "10.9.11", "tagline": "Films, series and music of your own",
            "description": "A media server without an account anywhere else. It reads the folders that you give it and streams them to browsers, televisions and phones.",
            "license": "GPL-2.0-only", "glyph": "♪",
            "needs": [
                { "kind": "nesting", "why": "Docker runs inside the container" },
                { "kind": "gpu", "why": "films are converted faster with one; it works without" }
            ],
            "ports": [{ "name": "web", "port": 8096, "scheme": "http", "main": true }, { "name": "discovery", "port": 7359, "protocol": "udp" }],
            "volumes": [
                { "name": "config", "path": "/config", "kind": "config", "size": 2 },
                { "name": "media", "path": "/media", "size": 64, "backup": false }
            ],
            "settings": [
                { "name": "TZ", "label": "Time zone", "kind": "timezone", "default": "Europe/Rome" },
                { "name": "ADMIN_PASSWORD", "label": "Admin password", "help": "For the first log-in.", "kind": { "secret": { "generate": { "length": 20 } } }, "required": true },
                { "name": "API_KEY", "label": "Key of the index", "kind": { "secret": {} }, "required": true },
                { "name": "LEVEL", "label": "Log level", "kind": { "choice": { "choices": ["info", "warn", "debug"] } }, "default": "warn" },
                { "name": "REMOTE", "label": "From outside", "kind": "bool", "default": "false" },
                { "name": "TRANSCODES", "label": "Streams", "kind": { "number": { "min": 1, "max": 16 } }, "default": "4" }
            ],
            "methods": {
                "preferred": "compose",
                "compose": { "services": { "jellyfin": { "image": "docker.io/jellyfin/jellyfin:10.9.11" } } },
                "oci": { "image": "docker.io/jellyfin/jellyfin:10.9.11" }
            },
            "first-login": "Name admin, with the password of this form.",
            "links": { "home": "https://jellyfin.org" }
        }),
    )
}

pub fn plain(id: &str, name: &str, tagline: &str, category: &str) -> Recipe {
    recipe(
        id,
        serde_json::json!({
            "name": name, "tagline": tagline, "description": tagline, "category": category,
            "methods": { "script": { "packages": ["x"] } }
        }),
    )
}

pub fn shelf() -> Shelf {
    let recipes = [
        jellyfin(),
        plain("mosquitto", "Mosquitto", "A small broker for the things of the house", "home"),
        plain("pihole", "Pi-hole", "Names for the house, without advertisements", "network"),
        plain("vaultwarden", "Vaultwarden", "Passwords in a vault of your own", "security"),
    ];
    let origins =
        [Origin::BuiltIn, Origin::BuiltIn, Origin::Folder(PathBuf::from("/srv/recipes/pihole.json")), Origin::BuiltIn];
    let shelved = recipes.into_iter().zip(origins).map(|(recipe, origin)| Shelved {
        recipe: Arc::new(recipe),
        origin,
        since: None,
    });
    let fault = BadRecipe {
        file: "homepage.json".into(),
        why: "line 12, column 5: unknown field `imag`, expected one of `image`, `command`".into(),
    };
    Shelf::of(shelved, vec![fault])
}

pub fn app_id(at: usize) -> AppId {
    homelab().apps[at].id.clone()
}

pub fn script(title: &str) -> InnerScript {
    InnerScript { title: title.into(), text: String::new(), deadline: 60, meaning: Meaning::Recipe }
}

fn node() -> NodeKey {
    NodeKey { host: host(), node: NodeName::new("pve2") }
}

/// Nine steps, as a person counts them.
pub fn deploy_plan() -> Plan {
    let app = AppId::new("tv-0000aa");
    let aim = Aim::New { host: host(), node: NodeName::new("pve2"), reserved_by: 3 };
    let wait = |begun_by| Step::AwaitTask { host: host(), begun_by };
    let reserve = Reserve { app: app.clone(), node: node(), likely: Vmid(113), name: Some("tv".into()), ports: vec![] };
    let what = Fetched::Template("debian-13-standard_13.1-2_amd64.tar.zst".into());
    let probe = Probe {
        what: ProbeKind::Http { scheme: "http".into(), port: 8096, path: "/health".into(), status: (200, 399) },
        deadline: 60,
        interval: 5,
    };
    let steps = vec![
        Step::Check(Box::new(Footing::on(host()))),
        Step::BeginFetch { node: node(), storage: "local".into(), what },
        wait(1),
        Step::Reserve(Box::new(reserve)),
        Step::BeginSnapshot { aim: aim.clone(), snapshot: "fresh".into(), note: String::new() },
        wait(4),
        Step::BeginPower { guest: aim.clone(), kind: GuestKind::Container, action: PowerAction::Start, undo: None },
        wait(6),
        Step::FindAddress { aim: aim.clone(), deadline: 60 },
        Step::Run { aim: aim.clone(), script: script("Docker from Debian") },
        Step::Run { aim: aim.clone(), script: script("pull 1 image") },
        Step::Probe { aim, probe },
    ];
    Plan::new(PlanKind::Deploy, Subject::NewApp { app, host: host() }, "tv", steps)
}

/// Its journal up to the script that installs Docker.
fn half_way() -> Vec<Entry> {
    let did = |i| [Entry::Began(i), Entry::Did(i, Output::Nothing)];
    let reserved = Output::Reserved(Reservation { vmid: Vmid(113), ports: Default::default() });
    let mut journal: Vec<Entry> = [did(0), did(1), did(2)].concat();
    journal.extend([Entry::Began(3), Entry::Did(3, reserved)]);
    journal.extend([did(4), did(5), did(6), did(7), did(8)].concat());
    journal.push(Entry::Began(9));
    journal
}

pub fn deploying() -> Operation {
    let mut operation = Operation::begin(OperationId(50), deploy_plan(), Moment(NOW.0 - 41_000));
    operation.journal = half_way();
    operation.share = Some(0.4);
    operation.note = Some("unpacking docker.io".into());
    operation.log =
        vec!["Get:1 http://deb.debian.org trixie/main docker.io".into(), "Unpacking docker.io (26.1) …".into()];
    operation
}

pub fn no_mirror() -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        "Docker was not installed",
        "deb.debian.org did not answer for 60 s",
        "look whether the bridge has a way to the internet, then try again",
    )
}

/// It failed, and the operator is asked.
pub fn asking() -> Operation {
    let mut operation = deploying();
    let mut plan = deploy_plan();
    plan.on_failure = proximity::domain::plan::OnFailure::Ask;
    operation.plan = Arc::new(plan);
    operation.journal.extend([Entry::Failed(9, no_mirror()), Entry::Asked]);
    assert!(operation.asks());
    operation
}

/// What it made is being taken back.
pub fn undoing() -> Operation {
    let mut operation = deploying();
    operation.journal.extend([Entry::Failed(9, no_mirror()), Entry::UndoBegan(4, Output::Nothing)]);
    assert!(operation.turns_back());
    operation
}

pub fn undone() -> Operation {
    let mut operation = undoing();
    operation.journal.extend([Entry::Undid(4), Entry::Undid(3), Entry::Undid(1)]);
    operation.ended = Some(Ended { at: NOW, outcome: Outcome::Undone });
    operation
}

pub fn with(operation: Operation) -> Fleet {
    let mut fleet = homelab();
    fleet.operations.insert(0, operation);
    fleet
}

/// A homelab whose first app is in the recycle bin, the second adopted, and jellyfin has a book.
pub fn booked() -> Fleet {
    let mut fleet = homelab();
    let mut book = Book::new(Made::Deployed, NOW);
    book.binned = Some(Binned { until: Moment(NOW.0 + 6 * 86_400_000), pool: None, ran: true });
    fleet.apps[0].book = Some(Box::new(book));
    fleet.apps[1].book = Some(Box::new(Book::new(Made::Adopted, NOW)));
    let mut book = Book::new(Made::Deployed, NOW);
    book.recipe = Some(RecipeId::new("jellyfin"));
    book.settings = [("TZ".to_owned(), "Europe/Berlin".to_owned()), ("LEVEL".into(), "info".into())].into();
    book.page = Some(proximity::domain::book::Page { scheme: "http".into(), port: 8096, path: "/web".into() });
    fleet.apps[3].book = Some(Box::new(book));
    assert_eq!(fleet.apps[3].method(), Some(Method::Compose));
    assert_eq!(fleet.apps[0].guest, key(101));
    fleet
}

fn call(method: &'static str, path: &str, parameters: &[(&str, &str)]) -> CallPreview {
    let words: String = parameters.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
    CallPreview {
        method,
        path: path.into(),
        parameters: parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        pvesh: format!("pvesh create {path}{words}"),
        curl: format!("curl -X {method} https://10.0.0.11:8006/api2/json{path}"),
    }
}

pub fn preview_of(plan: Plan) -> Preview {
    let steps = plan.visible().map(|(step, what)| StepPreview {
        step,
        title: what.title(),
        calls: match what {
            Step::BeginPower { .. } => vec![call("POST", "/nodes/pve2/lxc/113/status/start", &[])],
            Step::BeginSnapshot { snapshot, .. } => {
                vec![call("POST", "/nodes/pve2/lxc/113/snapshot", &[("snapname", snapshot), ("description", "••••••")])]
            }
            Step::BeginRemoval { .. } => vec![call("DELETE", "/nodes/pve2/lxc/104", &[("purge", "1")])],
            _ => vec![],
        },
        warning: what.warning(),
    });
    let right = |privilege: &str, path: &str| Right { privilege: privilege.into(), paths: vec![path.into()] };
    Preview {
        steps: steps.collect(),
        rights: vec![
            (right("Datastore.AllocateSpace", "/storage/local-lvm"), Held::No),
            (right("SDN.Use", "/sdn/zones/localnetwork/vmbr0"), Held::Unknown),
            (right("VM.Allocate", "/vms"), Held::Yes),
            (right("VM.PowerMgmt", "/vms"), Held::Yes),
        ],
        places: vec![
            judged("pve2", &["12 GB of memory are free", "the template is there"], &[]),
            judged("pve1", &["4 GB of memory are free"], &[]),
            judged("nas", &[], &["it has no bridge vmbr0"]),
        ],
        plan,
    }
}

fn judged(node: &str, reasons: &[&str], obstacles: &[&str]) -> Judged {
    let words = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let node = NodeKey { host: host(), node: NodeName::new(node) };
    Judged { node, score: 80, reasons: words(reasons), obstacles: words(obstacles) }
}

/// Everything is held, nothing is lost.
pub fn harmless(plan: Plan) -> Preview {
    let mut preview = preview_of(plan);
    preview.rights.retain(|(_, held)| *held == Held::Yes);
    preview
}

pub fn removal() -> Plan {
    let subject = Subject::App { app: app_id(3), guest: key(104) };
    let steps = vec![
        Step::Check(Box::new(Footing::of_guest(key(104)))),
        Step::BeginRemoval { aim: Aim::Known(key(104)) },
        Step::AwaitTask { host: host(), begun_by: 1 },
        Step::Forget { app: app_id(3) },
    ];
    Plan::new(PlanKind::Destroy, subject, "jellyfin", steps)
}

/// The last question that was asked, taken out of what the deck wanted done.
pub fn question(stage: &mut Stage) -> (Ticket, Query) {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Query(..))).expect("nothing was asked");
    match stage.effects.remove(at) {
        Effect::Query(ticket, query) => (ticket, query),
        _ => unreachable!(),
    }
}

pub fn answer(stage: &mut Stage, answer: Answer) -> Query {
    let (ticket, query) = question(stage);
    stage.send(Event::Answered(ticket, Ok(answer)));
    query
}

/// A deck whose store is open and filled.
pub fn store(columns: u16, rows: u16) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys("3");
    let query = answer(&mut stage, Answer::Shelf(Arc::new(shelf()), BTreeSet::new()));
    assert!(matches!(query, Query::Shelf));
    stage
}

pub fn text(stage: &Stage) -> String {
    let picture = stage.picture();
    let rows = picture.content().chunks(usize::from(picture.area.width));
    rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n").collect()
}

#[track_caller]
pub fn sees(stage: &Stage, what: &str) {
    let text = text(stage);
    assert!(text.contains(what), "{what:?} is not on the screen:\n{text}");
}
