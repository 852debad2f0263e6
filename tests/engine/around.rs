//! What a recipe brings beside its services: files with the settings in them, folders for those who are not root, and
//! lines that are run when the app was made and around an update.

use std::{collections::BTreeMap, path::Path};

use proximity::{
    domain::{
        ids::{AppId, GuestKey},
        plan::Step,
    },
    engine::{Attention, Duty, Engine, JobId, Request, Script, Written},
};
use tokio_util::sync::CancellationToken;

use super::life::{done, lab, wish};

const WIKI: &str = r#"{
  "schema": 1, "id": "wiki", "name": "Wiki", "version": "VERSION", "tagline": "A wiki", "description": "A wiki.",
  "category": "notes", "license": "MIT",
  "resources": {
    "cores": { "min": 1, "recommended": 1 }, "memory": { "min": 512, "recommended": 512 },
    "disk": { "min": 4, "recommended": 4 }
  },
  "ports": [{ "name": "web", "port": 80, "scheme": "http", "main": true }],
  "volumes": [{ "name": "pages", "path": "/pages", "size": 1, "owner": "472:33" }],
  "settings": [{ "name": "TITLE", "label": "Title", "default": "it's $HOME" }],
  "probe": { "what": { "http": { "port": 80 } } },
  "methods": { "compose": {
    "services": { "web": {
      "image": "docker.io/library/nginx:1.29", "ports": ["80:80"], "volumes": ["pages:/pages"],
      "files": ["wiki.conf:/etc/wiki.conf"]
    } },
    "files": [{ "name": "wiki.conf", "mode": "0640", "content": "title = ${TITLE}\nprice = 5$$\n" }]
  } },
  "hooks": {
    "after-install": ["printf 'made %s\\n' \"$TITLE\" >>/srv/told"],
    "before-update": ["printf 'before\\n' >>/srv/told"],
    "after-update": ["printf 'after\\n' >>/srv/told"]
  }
}"#;

fn put(folder: &Path, version: &str) {
    std::fs::write(folder.join("wiki.json"), WIKI.replace("VERSION", version)).unwrap();
}

async fn inside(engine: &Engine, guest: &GuestKey, line: &str) -> String {
    let (mut out, cancel) = (Vec::new(), CancellationToken::new());
    let write = async |written| match written {
        Written::Out(bytes) | Written::Err(bytes) => out.extend(bytes),
    };
    let attention = Attention { tell: |_| (), cancel: &cancel };
    let code = engine.exec(guest, Some(&Script::new(line)), &JobId::fresh(), write, attention).await.unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(code, 0, "{line}: {out}");
    out
}

fn guest_of(engine: &Engine, app: &AppId) -> GuestKey {
    engine.fleet().borrow().app(app).unwrap().guest.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_folders_and_lines_around_an_app_are_there_at_their_time() {
    let (mut lab, first) = lab().await;
    let folder = lab.folder.path().join("recipes");
    std::fs::create_dir(&folder).unwrap();
    put(&folder, "1.0");
    lab.recipes = Some(folder.clone());
    first.close().await;
    let engine = lab.engine(Duty::Watch).await;

    let made = done(&engine, Request::Deploy(Box::new(wish("wiki")))).await;
    // Files in simulated guests belong to nobody, so what would be run is looked at.
    let folders = made.plan.steps.iter().find_map(|step| match step {
        Step::Run { script, .. } if script.text.contains("chown") => Some(script.text.as_str()),
        _ => None,
    });
    assert!(folders.unwrap().contains("mkdir -p data/pages\nchown 472:33 data/pages\n"), "{folders:?}");
    let app = made.plan.subject.app().cloned().unwrap();
    let guest = guest_of(&engine, &app);
    let file = "cat /srv/app/files/wiki.conf";
    assert_eq!(inside(&engine, &guest, file).await, "title = it's $HOME\nprice = 5$\n", "as data, whatever it says");
    assert_eq!(inside(&engine, &guest, "cat /srv/told").await, "made it's $HOME\n");

    let settings = BTreeMap::from([("TITLE".to_owned(), "Other".to_owned())]);
    done(&engine, Request::Edit { app: app.clone(), settings, secrets: BTreeMap::new() }).await;
    assert_eq!(inside(&engine, &guest, file).await, "title = Other\nprice = 5$\n", "an edit is felt in files too");

    put(&folder, "1.1");
    done(&engine, Request::Update(app.clone())).await;
    let guest = guest_of(&engine, &app);
    assert_eq!(inside(&engine, &guest, "cat /srv/told").await, "made it's $HOME\nbefore\nafter\n");
    engine.close().await;
}
