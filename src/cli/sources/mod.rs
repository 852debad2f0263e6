//! `proximity catalog sources …`. What must hold: a state is taken only when the operator saw what it changes and said yes,
//! or said so beforehand; one source that fails keeps no other from being looked at.

mod rows;

use std::{io::IsTerminal, path::Path, process::ExitCode};

use tokio::sync::broadcast::error::RecvError;

use super::{
    arguments::SourcesCommand,
    ask,
    face::{Consent, Face, other_answer},
    print::table,
};
use crate::{
    domain::{
        catalog::{Branch, Pin, Source, SourceName, SourceUrl},
        fault::{Fault, FaultCode},
    },
    engine::{Answer, Change, Query, SourceNews, SourceRow},
};
use rows::{News, Row, Sheet};

pub async fn run(command: Option<&SourcesCommand>, face: Face<'_>) -> Result<ExitCode, Fault> {
    match command {
        None | Some(SourcesCommand::List) => list(face).await?,
        Some(SourcesCommand::Show { name }) => show(name, face).await?,
        Some(SourcesCommand::Add { name, url, branch, commit }) => {
            add(draft(name, url, branch.as_deref(), commit.as_deref())?, face).await?;
        }
        Some(SourcesCommand::Update { name: Some(name), look }) => {
            let news = update(&self::name(name)?, None, Look::of(*look), face).await?;
            face.printer.result(&news, || news.lines());
        }
        Some(SourcesCommand::Update { name: None, look }) => return update_all(Look::of(*look), face).await,
        Some(SourcesCommand::Pin { name, commit }) => {
            let pin = Pin::new(commit).map_err(|why| unfit("no state was pinned", why))?;
            let news = update(&self::name(name)?, Some(pin), Look::AndTake, face).await?;
            face.printer.result(&news, || news.lines());
        }
        Some(SourcesCommand::Remove { name }) => remove(&self::name(name)?, face).await?,
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Only,
    AndTake,
}

impl Look {
    fn of(only: bool) -> Self {
        if only { Self::Only } else { Self::AndTake }
    }
}

async fn sources(face: Face<'_>) -> Result<Vec<SourceRow>, Fault> {
    match face.engine.query(Query::Sources).await? {
        Answer::Sources(rows, fault) => {
            fault.iter().for_each(|fault| face.printer.aside(&fault.to_string()));
            Ok(rows)
        }
        _ => Err(other_answer()),
    }
}

async fn list(face: Face<'_>) -> Result<(), Fault> {
    let rows: Vec<_> = sources(face).await?.iter().map(Row::of).collect();
    face.printer.result(&rows, || {
        let cells: Vec<_> = rows.iter().map(Row::cells).collect();
        table(&["SOURCE", "COMMIT", "RECIPES", "REFUSED", "FETCHED", "URL"], &cells)
    });
    rows.iter().filter_map(|row| row.fault.as_ref()).for_each(|fault| face.printer.aside(&fault.to_string()));
    Ok(())
}

async fn show(name: &str, face: Face<'_>) -> Result<(), Fault> {
    let rows = sources(face).await?;
    let row = rows.iter().find(|row| row.source.name.as_str() == name).ok_or_else(|| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no source called {name}"),
            "the settings do not name it",
            "look at `proximity catalog sources`",
        )
    })?;
    let sheet = Sheet::of(row);
    face.printer.result(&sheet, || sheet.lines());
    Ok(())
}

fn draft(name: &str, url: &str, branch: Option<&str>, commit: Option<&str>) -> Result<Source, Fault> {
    let what = "the source was not added";
    let name = SourceName::new(name).map_err(|why| unfit(what, format!("\"{name}\" is no name for it: {why}")))?;
    // A folder as a shell completes it.
    let path = Path::new(url);
    let url = match path.is_dir() {
        true => path.canonicalize().map_or(url.to_owned(), |path| path.display().to_string()),
        false => url.to_owned(),
    };
    Ok(Source {
        name,
        // The address itself is not repeated: it may carry what nobody should read.
        url: SourceUrl::new(&url).map_err(|why| unfit(what, format!("its address is not taken: {why}")))?,
        branch: branch.map(Branch::new).transpose().map_err(|why| unfit(what, why))?,
        pin: commit.map(Pin::new).transpose().map_err(|why| unfit(what, why))?,
    })
}

fn unfit(what: &str, why: String) -> Fault {
    Fault::lasting(FaultCode::Usage, what, why, "look at `proximity catalog sources --help`")
}

fn name(text: &str) -> Result<SourceName, Fault> {
    SourceName::new(text).map_err(|_| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no source called {text}"),
            "no source can have that name",
            "look at `proximity catalog sources`",
        )
    })
}

async fn add(source: Source, face: Face<'_>) -> Result<(), Fault> {
    let name = source.name.clone();
    told(&name, face, face.engine.change(Change::AddSource(source))).await?;
    show(name.as_str(), face).await
}

async fn remove(name: &SourceName, face: Face<'_>) -> Result<(), Fault> {
    let question = format!("forget the source {name} and its recipes? (apps that were made of them stay)");
    agree(&question, &format!("the source {name} was not removed"), face)?;
    face.engine.change(Change::RemoveSource(name.clone())).await?;
    face.printer.result(&serde_json::json!({ "removed": name }), || vec![format!("{name} is forgotten")]);
    Ok(())
}

async fn update(name: &SourceName, at: Option<Pin>, look: Look, face: Face<'_>) -> Result<News, Fault> {
    let query = Query::SourceNews { name: name.clone(), at };
    let news: Box<SourceNews> = match told(name, face, face.engine.query(query)).await? {
        Answer::SourceNews(news) => news,
        _ => return Err(other_answer()),
    };
    if look == Look::Only || news.is_nothing() {
        return Ok(News::of(&news, false));
    }
    if face.consent == Consent::ToBeAsked {
        News::of(&news, false).lines().iter().for_each(|line| face.printer.aside(line));
    }
    agree("take this?", &format!("the source {name} stays as it is"), face)?;
    face.engine.change(Change::TakeNews { name: name.clone(), pin: news.found.clone() }).await?;
    Ok(News::of(&news, true))
}

async fn update_all(look: Look, face: Face<'_>) -> Result<ExitCode, Fault> {
    let (mut all, mut code) = (Vec::new(), None);
    for row in sources(face).await? {
        let name = &row.source.name;
        let news = update(name, None, look, face).await.unwrap_or_else(|fault| {
            code.get_or_insert(fault.code.exit_code());
            News::failed(name.as_str(), fault)
        });
        all.push(news);
    }
    face.printer.result(&all, || match all.is_empty() {
        true => vec!["there are no sources; add one with `proximity catalog sources add NAME URL`".to_owned()],
        false => all.iter().flat_map(News::lines).collect(),
    });
    Ok(code.map_or(ExitCode::SUCCESS, ExitCode::from))
}

fn agree(question: &str, what: &str, face: Face<'_>) -> Result<(), Fault> {
    if face.consent == Consent::Given {
        return Ok(());
    }
    let refused = |why: &str, remedy: &str| Err(Fault::lasting(FaultCode::Refused, what, why, remedy));
    if !std::io::stdin().is_terminal() {
        return refused("nobody was there to say yes", "say it with --yes; `update --look` only shows what is new");
    }
    match ask::yes(question) {
        Some(true) => Ok(()),
        _ => refused("you did not say yes", "ask for it again when you like"),
    }
}

/// Tells how far long work is, and stops it when the operator breaks it off.
async fn told<T>(name: &SourceName, face: Face<'_>, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let mut notices = face.engine.notices();
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            notice = notices.recv() => match notice {
                Ok(notice) => face.printer.aside(&notice.text),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return work.await,
            },
            Ok(()) = tokio::signal::ctrl_c() => {
                face.engine.change(Change::StopSource(name.clone())).await?;
            }
        }
    }
}
