//! Files and scripts inside a guest. What must hold: a script is run once for each try that the journal knows, and values
//! of the operator's reach it in a file, never in its text.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        catalog::{dot_env, interpolate, sh_env},
        fault::{Fault, FaultCode},
        ids::GuestKey,
        plan::{
            Aim, Plan, Step,
            journal::tries,
            step::{InnerFile, InnerScript, Meaning, Values},
        },
    },
    exec::{Complaints, JobId, NewFile, Script},
    operations::{desk::Desk, hands::Deed, task::Broken},
};

/// How many of the newest lines are shown.
const LINES_SHOWN: usize = 40;
/// Between two looks at what a script has written.
const SHOWN_EVERY: Duration = Duration::from_millis(200);
/// A line that is longer is cut for the screen.
const LONGEST: usize = 400;

/// The name of a step's script: the same after a restart of this program, another one for each further try.
pub fn job_of(desk: &Desk<'_>, i: usize) -> JobId {
    let retried =
        desk.operation.journal.iter().filter(|entry| matches!(entry, crate::domain::plan::journal::Entry::Retried));
    let tried = tries(&desk.operation.journal, i);
    let name = format!("op-{}-step-{i}-{}-{tried}", desk.id(), retried.count());
    name.parse().unwrap_or_else(|_| JobId::fresh())
}

pub fn filled(text: &str, values: &BTreeMap<String, String>) -> Result<String, Broken> {
    interpolate(text, |name| values.get(name).cloned()).map_err(|unknown| {
        let why = format!("it asks for {}, which is neither a setting nor a secret of the app", unknown.0);
        Fault::lasting(FaultCode::Failed, "a file was not written", why, "mend the recipe, and begin anew").into()
    })
}

/// Beside the file that is written lies the one that was there, until the operation is done.
pub fn kept_name(desk: &Desk<'_>, path: &str) -> String {
    format!("{path}.before-{}", desk.id())
}

pub async fn put_file(desk: &mut Desk<'_>, aim: &Aim, i: usize, file: &InnerFile) -> Result<(), Broken> {
    let values = match file.values {
        Values::Asis => BTreeMap::new(),
        Values::Filled | Values::DotEnv | Values::ShellEnv => desk.values(&file.app).await?,
    };
    let text = match file.values {
        Values::Asis => file.text.clone(),
        Values::Filled => filled(&file.text, &values)?,
        Values::DotEnv => dot_env(pairs(&values)),
        Values::ShellEnv => sh_env(pairs(&values)),
    };
    let key = desk.key(aim)?;
    let job = named(&format!("{}-keep", job_of(desk, i).as_str()));
    let mut deeds = desk.sweep(&key);
    let keep = Deed::Run { job: job.clone(), script: keep_old(desk, aim, &file.path), hear: Arc::new(|_| {}) };
    deeds.extend([keep, Deed::Clear(job)]);
    let new = NewFile { mode: Some(file.mode), owner: file.owner.clone(), ..NewFile::at(file.path.as_str()) };
    deeds.push(Deed::Put { file: new, bytes: text.into_bytes() });
    match desk.hands.work(key, deeds, desk.cancel.clone()).await {
        Ok(0) => Ok(()),
        Ok(_) if desk.cancel.is_cancelled() => Err(Broken::Cancelled),
        Ok(code) => Err(no_folder(&file.path, code).into()),
        Err(fault) => Err(broken(desk, fault)),
    }
}

fn pairs(values: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Makes the folder, and keeps the file that is there once; or a mark that there was none. What is inside a guest that is
/// made here goes with it.
fn keep_old(desk: &Desk<'_>, aim: &Aim, path: &str) -> Script {
    let kept = kept_name(desk, path);
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    match aim {
        Aim::Known(_) => Script::command(&["sh", "-c", KEEP, "sh", folder, path, &kept]),
        Aim::New { .. } => Script::command(&["mkdir", "-p", folder]),
    }
}

fn no_folder(path: &str, code: i32) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{path} was not written"),
        format!("its folder could not be made; the command ended with {code}"),
        "look at the disk of the container: it may be full or read-only",
    )
}

const KEEP: &str = r#"mkdir -p "$1" || exit
if [ -e "$3" ] || [ -e "$3.none" ]; then exit 0; fi
if [ -e "$2" ]; then cp -p "$2" "$3.half" && mv "$3.half" "$3"; else : >"$3.none"; fi"#;
const QUICK: Duration = Duration::from_secs(60);

/// Puts the file back that was there before, or takes away the one that was not. Where neither is said, nothing was
/// written yet, or all is back already.
pub async fn put_back(desk: &mut Desk<'_>, aim: &Aim, i: usize, file: &InnerFile) -> Result<(), Broken> {
    const BACK: &str = r#"if [ -e "$2" ]; then mv "$2" "$1"; elif [ -e "$2.none" ]; then rm -f "$1" "$2.none"; fi"#;
    let kept = kept_name(desk, &file.path);
    let script = Script::command(&["sh", "-c", BACK, "sh", &file.path, &kept]);
    carry_out(desk, aim, &job_back(desk, i), &script, QUICK).await.map(drop)
}

/// The name of the script that takes a step back.
pub fn job_back(desk: &Desk<'_>, i: usize) -> JobId {
    named(&format!("{}-back", job_of(desk, i).as_str()))
}

/// What was kept for the way back is of no use once nobody goes it; it may hold secrets of before.
pub async fn drop_kept(desk: &mut Desk<'_>, plan: &Plan) {
    let mut kept: BTreeMap<GuestKey, (Aim, Vec<String>)> = BTreeMap::new();
    for step in &plan.steps {
        if let Step::PutFile { aim: aim @ Aim::Known(key), file } = step {
            let name = kept_name(desk, &file.path);
            let (_, names) = kept.entry(key.clone()).or_insert_with(|| (aim.clone(), Vec::new()));
            names.extend([format!("{name}.none"), name]);
        }
    }
    for (aim, names) in kept.into_values() {
        let words: Vec<&str> = ["rm", "-f"].into_iter().chain(names.iter().map(String::as_str)).collect();
        let job = named(&format!("op-{}-settle", desk.id()));
        // A guest that cannot be reached keeps them; nothing depends on it.
        if carry_out(desk, &aim, &job, &Script::command(&words), QUICK).await.is_ok()
            && let Ok(key) = desk.key(&aim)
        {
            desk.litter.push((key, job));
        }
    }
}

fn named(name: &str) -> JobId {
    name.parse().unwrap_or_else(|_| JobId::fresh())
}

pub async fn run_script(desk: &mut Desk<'_>, aim: &Aim, job: &JobId, script: &InnerScript) -> Result<(), Broken> {
    let text = Script { text: script.text.clone().into_bytes(), complaints: Complaints::Within };
    let code = carry_out(desk, aim, job, &text, Duration::from_secs(script.deadline)).await?;
    if code == 0 { Ok(()) } else { Err(meaning(desk, script, code).into()) }
}

/// A probe that looks inside.
pub async fn run_command(
    desk: &mut Desk<'_>,
    aim: &Aim,
    job: &str,
    words: &[String],
) -> Result<Result<(), String>, Broken> {
    let script = Script::command(words);
    let code = look_by(desk, aim, job, &script, QUICK).await?;
    Ok(if code == 0 { Ok(()) } else { Err(format!("the command ended with {code}")) })
}

/// A look at how things stand inside; what its end means is for who looks.
pub async fn look_inside(
    desk: &mut Desk<'_>,
    aim: &Aim,
    job: &str,
    text: &str,
    limit: Duration,
) -> Result<i32, Broken> {
    let script = Script { text: text.as_bytes().to_vec(), complaints: Complaints::Within };
    look_by(desk, aim, job, &script, limit).await
}

async fn look_by(desk: &mut Desk<'_>, aim: &Aim, job: &str, script: &Script, limit: Duration) -> Result<i32, Broken> {
    let (job, key) = (named(job), desk.key(aim)?);
    let code = carry_out(desk, aim, &job, script, limit).await?;
    desk.litter.push((key, job));
    Ok(code)
}

/// Runs it with its newest lines on the screen, until it ends or its time is over.
async fn carry_out(
    desk: &mut Desk<'_>,
    aim: &Aim,
    job: &JobId,
    script: &Script,
    limit: Duration,
) -> Result<i32, Broken> {
    let key = desk.key(aim)?;
    let heard = Arc::new(Mutex::new(Heard::default()));
    let hear = {
        let heard = heard.clone();
        move |text: &str| heard.lock().unwrap_or_else(PoisonError::into_inner).add(text)
    };
    let stop = CancellationToken::new();
    let hands = desk.hands;
    let mut deeds = desk.sweep(&key);
    deeds.push(Deed::Run { job: job.clone(), script: script.clone(), hear: Arc::new(hear) });
    let running = hands.work(key, deeds, stop.clone());
    tokio::pin!(running);
    let mut shown = tokio::time::interval(SHOWN_EVERY);
    let deadline = tokio::time::sleep(limit);
    tokio::pin!(deadline);
    let cancel = desk.cancel.clone();
    let mut is_late = false;
    let end = loop {
        tokio::select! {
            end = &mut running => break end,
            _ = shown.tick() => show(desk, &heard),
            () = &mut deadline, if !is_late => {
                is_late = true;
                stop.cancel();
            }
            () = cancel.cancelled(), if !stop.is_cancelled() => stop.cancel(),
        }
    };
    show(desk, &heard);
    if cancel.is_cancelled() {
        return Err(Broken::Cancelled);
    }
    match end {
        _ if is_late => Err(too_slow(desk, limit).into()),
        Ok(code) => Ok(code),
        Err(fault) => Err(broken(desk, fault)),
    }
}

/// What was cancelled on the way is not a failure.
fn broken(desk: &Desk<'_>, fault: Fault) -> Broken {
    if desk.cancel.is_cancelled() { Broken::Cancelled } else { Broken::Failed(fault) }
}

#[derive(Default)]
struct Heard {
    lines: Vec<String>,
    open: String,
    pulled: u32,
    is_new: bool,
}

impl Heard {
    fn add(&mut self, text: &str) {
        self.is_new = true;
        for part in text.split_inclusive(['\n', '\r']) {
            match part.strip_suffix(['\n', '\r']) {
                Some(end) => {
                    self.open.push_str(end);
                    let line = std::mem::take(&mut self.open);
                    self.end(line);
                }
                None => self.open.push_str(part),
            }
        }
        if self.open.len() > LONGEST {
            let line = std::mem::take(&mut self.open);
            self.end(line);
        }
    }

    fn end(&mut self, line: String) {
        if line.trim().is_empty() {
            return;
        }
        self.pulled += u32::from(line.trim_end().ends_with(" Pulled"));
        self.lines.push(line.chars().filter(|c| !c.is_control()).take(LONGEST).collect());
        let surplus = self.lines.len().saturating_sub(LINES_SHOWN);
        self.lines.drain(..surplus);
    }
}

fn show(desk: &mut Desk<'_>, heard: &Mutex<Heard>) {
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    if !std::mem::take(&mut heard.is_new) {
        return;
    }
    desk.operation.log = heard.lines.iter().map(|line| Arc::from(line.as_str())).collect();
    if heard.pulled > 0 {
        let images = images_of(desk);
        desk.operation.note = Some(format!("{} of {images} images", heard.pulled.min(images)).into());
        desk.operation.share = Some((heard.pulled as f32 / images.max(1) as f32).min(1.0));
    }
    desk.world.show(desk.operation);
}

/// How many services its compose file has.
fn images_of(desk: &Desk<'_>) -> u32 {
    let file = desk.operation.plan.steps.iter().find_map(|step| match step {
        crate::domain::plan::Step::PutFile { file, .. } if file.path.ends_with("/compose.yaml") => Some(&file.text),
        _ => None,
    });
    let parsed = file.and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let count = parsed.and_then(|file| file.get("services")?.as_object().map(serde_json::Map::len)).unwrap_or(1);
    u32::try_from(count).unwrap_or(1)
}

fn too_slow(desk: &Desk<'_>, limit: Duration) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        format!("{} was given up", desk.operation.plan.name),
        format!("what runs inside did not end within {} s", limit.as_secs()),
        "look at its last lines, and try again",
    )
}

fn meaning(desk: &Desk<'_>, script: &InnerScript, code: i32) -> Fault {
    let last = desk.operation.log.iter().rev().find(|line| says_why(line)).or(desk.operation.log.last());
    let said = last.map_or_else(String::new, |line| format!(": {}", line.trim()));
    let what = format!("{} did not work: {}", desk.operation.plan.name, script.title);
    let why = format!("the script ended with {code}{said}");
    let said = |words: &[&str]| desk.operation.log.iter().any(|line| words.iter().any(|word| line.contains(word)));
    match script.meaning {
        Meaning::Packages if said(&["Unable to locate package"]) => Fault::lasting(
            FaultCode::Failed,
            what,
            why,
            "the distribution does not have this package: mend the recipe, and begin anew",
        ),
        Meaning::Images if said(&["manifest unknown", "access denied", "repository does not exist"]) => Fault::lasting(
            FaultCode::Failed,
            what,
            why,
            "the registry does not have this image under this tag: mend the recipe, and begin anew",
        ),
        Meaning::Packages => Fault::passing(
            FaultCode::Failed,
            what,
            why,
            "look whether the container reaches the Internet and its name server, and try again",
        ),
        Meaning::Images => Fault::passing(
            FaultCode::Failed,
            what,
            why,
            "look whether the registry answers and lets anybody pull, and try again",
        ),
        Meaning::Recipe => {
            Fault::lasting(FaultCode::Failed, what, why, "read its last lines; try again when it is mended")
        }
    }
}

fn says_why(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["error", "e:", "denied", "not found", "failed", "cannot"].iter().any(|word| line.contains(word))
}
