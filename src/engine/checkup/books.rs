//! What lies on this machine: the database, the secrets, the recipes, what was left unfinished, and who looks after it all.

use crate::{
    domain::{
        checkup::{Area, Check},
        fault::Fault,
        fleet::Vault,
        plan::journal::Outcome,
    },
    engine::{Answer, Engine, books::vault_of, now},
    store::KNOWN,
};

pub async fn look(engine: &Engine) -> Vec<Check> {
    let mut checks = vec![database(engine).await];
    checks.extend(secrets(engine).await);
    checks.push(care(engine).await);
    checks.push(operations(engine));
    checks.extend(catalog(engine).await);
    checks
}

async fn database(engine: &Engine) -> Check {
    let store = &engine.0.world.store;
    let file = store.path().display().to_string();
    match store.state().await {
        Err(error) => Check::of_fault(Area::Database, &*file, &error.into()),
        Ok(state) if !state.damage.is_empty() => Check::bad(
            Area::Database,
            &*file,
            format!("it is damaged: {}", state.damage.join("; ")),
            "move it aside with its -wal file, put a copy back, or build the books again: `proximity doctor --rebuild`",
        ),
        Ok(state) => {
            let says = format!(
                "whole; version {KNOWN}, {} KiB, of which {} KiB are free",
                state.bytes >> 10,
                state.free >> 10
            );
            Check::good(Area::Database, &*file, says)
        }
    }
}

async fn secrets(engine: &Engine) -> Vec<Check> {
    match vault_of(&engine.0.vault) {
        Vault::Open => {}
        Vault::Locked | Vault::Opening => {
            return vec![Check::warning(
                Area::Secrets,
                "vault",
                "the file of secrets is locked",
                "give its passphrase: --passphrase-file, or type it in the deck",
            )];
        }
        Vault::Unset => return vec![Check::good(Area::Secrets, "vault", "there is none yet, and nothing to keep")],
    }
    let mut checks = Vec::new();
    let records: Vec<_> = engine.0.records.lock().await.values().cloned().collect();
    for record in records {
        if let Err(fault) = engine.target_of(&record).await {
            checks.push(Check::of_fault(Area::Secrets, record.id.as_str(), &fault));
        }
    }
    if checks.is_empty() {
        let says = format!("{}; what logs in everywhere is there", where_kept(engine));
        checks.push(Check::good(Area::Secrets, "vault", says));
    }
    checks
}

fn where_kept(engine: &Engine) -> &'static str {
    use crate::secrets::Kind;
    match engine.0.vault.kind() {
        Kind::Keyring { .. } => "in the keyring of the desktop",
        Kind::File(_) => "in an encrypted file",
        Kind::Memory => "in memory alone, as the demo has it",
    }
}

async fn care(engine: &Engine) -> Check {
    let fleet = engine.0.world.fleet();
    match engine.0.world.store.led_until().await {
        Ok(Some(until)) if until > now() => {
            Check::good(Area::Care, "watch", "a deck or `proximity watch` looks after everything now")
        }
        Ok(_) if fleet.hosts.is_empty() => Check::good(Area::Care, "watch", "there is nothing to look after yet"),
        Ok(_) => Check::warning(
            Area::Care,
            "watch",
            "nobody looks after things now: no probes, alerts or schedules of our own",
            "have it done always: `proximity watch --install`",
        ),
        Err(error) => Check::unknown(Area::Care, "watch", Fault::from(error).why),
    }
}

fn operations(engine: &Engine) -> Check {
    let fleet = engine.0.world.fleet();
    let stuck = fleet.operations.iter().filter(|one| matches!(one.outcome(), Some(Outcome::Stuck { .. }))).count();
    let asks = fleet.operations.iter().filter(|one| one.asks()).count();
    let runs = fleet.operations.iter().filter(|one| one.is_running()).count() - asks;
    let says = format!("{runs} running, {asks} with a question, {stuck} stuck of the last ones");
    match (stuck, asks) {
        (0, 0) => Check::good(Area::Operations, "journal", says),
        _ => Check::warning(Area::Operations, "journal", says, "`proximity op list` names them; [6] in the deck"),
    }
}

async fn catalog(engine: &Engine) -> Vec<Check> {
    match engine.tell_shelf().await {
        Ok(Answer::Shelf(shelf, _)) => {
            let mut checks: Vec<_> = shelf
                .faults
                .iter()
                .map(|bad| {
                    let remedy = "mend the file: `proximity catalog check FILE` tells all that is wrong with it";
                    Check::warning(Area::Catalog, bad.file.clone(), bad.why.clone(), remedy)
                })
                .collect();
            if checks.is_empty() {
                checks.push(Check::good(Area::Catalog, "recipes", format!("{} good ones", shelf.recipes.len())));
            }
            checks
        }
        Ok(_) => Vec::new(),
        Err(fault) => vec![Check::of_fault(Area::Catalog, "recipes", &fault)],
    }
}
