//! Sources of recipes and imports: what is asked, shown, taken and stopped.

use proximity::{
    domain::{
        catalog::{Difference, Pin, Source, SourceName, SourceUrl},
        fault::{Fault, FaultCode},
        moment::Moment,
    },
    engine::{
        Answer, Change, Query,
        door::{Existing, Format, ImportFrom, ImportReport, SourceKept, SourceNews, SourceRow},
    },
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        keymap::Place,
    },
};

use super::{
    shelf::{answer, jellyfin, sees, store},
    snapshot::check,
    stage::Stage,
};

fn pin(letter: char) -> Pin {
    Pin::new(&letter.to_string().repeat(40)).unwrap()
}

fn name() -> SourceName {
    SourceName::new("big-bear").unwrap()
}

fn kept() -> SourceKept {
    SourceKept {
        fetched: Moment(1_790_000_000_000),
        format: "casaos".into(),
        recipes: 162,
        refused: vec![("host-network".into(), 3), ("build".into(), 1)],
        refusals: Vec::new(),
    }
}

pub fn rows() -> Vec<SourceRow> {
    let url = SourceUrl::new("https://github.com/bigbeartechworld/big-bear-casaos").unwrap();
    let source = Source { name: name(), url, branch: None, pin: Some(pin('a')) };
    vec![SourceRow { source, kept: Some(kept()), fault: None }]
}

pub fn news() -> SourceNews {
    let (mut old, mut new) = (jellyfin(), jellyfin());
    old.id = proximity::domain::catalog::RecipeId::new("gone");
    new.version = "10.11.0".into();
    let difference = Difference::between(&[old, jellyfin()], &[new]);
    SourceNews { name: name(), pinned: Some(pin('a')), found: pin('b'), kept: kept(), difference }
}

fn open(columns: u16, rows_high: u16) -> Stage {
    let mut stage = store(columns, rows_high);
    stage.keys("s");
    sees(&stage, "asking …");
    answer(&mut stage, Answer::Sources(rows(), None));
    stage
}

/// The last change that the deck wanted, taken out of what it wanted.
fn change(stage: &mut Stage) -> (Ticket, Change) {
    let at = stage.effects.iter().rposition(|effect| matches!(effect, Effect::Change(..))).expect("nothing is changed");
    match stage.effects.remove(at) {
        Effect::Change(ticket, change) => (ticket, change),
        _ => unreachable!(),
    }
}

fn no() -> Fault {
    Fault::lasting(FaultCode::Failed, "it was not fetched", "nobody answered", "look at the network")
}

#[test]
fn each_source_tells_where_it_is_pinned_and_what_was_refused() {
    let stage = open(120, 36);
    sees(&stage, "162 recipes, casaos");
    sees(&stage, "refused: 3 host-network, 1 build");
    check("sources-120x36", &stage.picture(), &stage.model.canvas.theme);
    sees(&open(80, 24), "big-bear   aaaaaaaaaaaa");
}

#[test]
fn what_is_new_is_shown_before_it_is_taken_and_just_that_is_taken() {
    let mut stage = open(120, 36);
    stage.keys("u");
    sees(&stage, "fetching what is new");
    let asked = answer(&mut stage, Answer::SourceNews(Box::new(news())));
    assert!(matches!(asked, Query::SourceNews { name: asked, at: None } if asked == name()));
    assert_eq!(stage.model.place(), Place::News);
    sees(&stage, "0 added, 1 removed, 1 changed, 0 the same");
    sees(&stage, "10.9.11 → 10.11.0");
    check("source-news-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    let (ticket, wanted) = change(&mut stage);
    assert!(
        matches!(&wanted, Change::TakeNews { name: of, pin: to } if *of == name() && *to == pin('b')),
        "{wanted:?}"
    );
    stage.send(Event::Changed(ticket, Ok(())));
    assert_eq!(stage.model.place(), Place::Sources);
    let asks = |query: fn(&Query) -> bool| {
        stage.effects.iter().any(|effect| matches!(effect, Effect::Query(_, asked) if query(asked)))
    };
    assert!(asks(|query| matches!(query, Query::Sources)) && asks(|query| matches!(query, Query::Shelf)));
}

#[test]
fn news_that_are_left_change_nothing() {
    let mut stage = open(120, 36);
    stage.keys("u");
    answer(&mut stage, Answer::SourceNews(Box::new(news())));
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Sources);
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Change(..))));
}

#[test]
fn a_fetch_that_one_leaves_is_stopped_and_its_answer_changes_nothing() {
    let mut stage = open(120, 36);
    stage.keys("u Esc");
    let (_, wanted) = change(&mut stage);
    assert!(matches!(wanted, Change::StopSource(of) if of == name()));
    answer(&mut stage, Answer::SourceNews(Box::new(news())));
    assert_eq!(stage.model.place(), Place::Sources);
}

#[test]
fn a_source_that_is_not_reached_says_why_and_what_now() {
    let mut stage = open(120, 36);
    stage.keys("u");
    let (ticket, _) = super::shelf::question(&mut stage);
    stage.send(Event::Answered(ticket, Err(no())));
    sees(&stage, "look at the network");
    sees(&stage, "big-bear");
}

#[test]
fn nothing_is_removed_without_a_yes() {
    let mut stage = open(120, 36);
    stage.keys("d Enter");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Change(..))));
    stage.keys("d y");
    assert!(matches!(change(&mut stage).1, Change::RemoveSource(of) if of == name()));
}

#[test]
fn a_source_is_added_by_a_form_that_refuses_what_is_no_address() {
    let mut stage = open(120, 36);
    stage.keys("n casa Tab --upload-pack=x C-s");
    sees(&stage, "this address is not taken");
    stage.keys("C-u https://github.com/IceWhaleTech/CasaOS-AppStore C-s");
    let (ticket, wanted) = change(&mut stage);
    assert!(matches!(&wanted, Change::AddSource(source) if source.name.as_str() == "casa" && source.pin.is_none()));
    sees(&stage, "fetching it and reading its recipes");
    check("source-form-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.send(Event::Changed(ticket, Ok(())));
    sees(&stage, "casa is a source now");
    stage.keys("n casa Tab /srv/casa C-s Esc");
    assert!(matches!(change(&mut stage).1, Change::StopSource(of) if of.as_str() == "casa"));
}

fn report() -> ImportReport {
    let mut recipe = jellyfin();
    recipe.imported = Some(proximity::domain::catalog::Imported {
        format: "compose".into(),
        file: "docker-compose.yml".into(),
        left_out: vec!["/var/run/docker.sock: an app has no hold of Docker".into()],
    });
    ImportReport {
        format: Format::Compose,
        taken: 1,
        with_losses: 1,
        there_already: 0,
        refused: Vec::new(),
        recipe: Some(Box::new(recipe)),
    }
}

#[test]
fn a_pasted_definition_is_shown_as_the_recipe_it_becomes_and_kept_only_then() {
    let mut stage = store(120, 36);
    stage.keys("i");
    stage.send(Event::Paste("services:\n  tv:\n    image: jellyfin/jellyfin\n".into()));
    sees(&stage, "3 lines were pasted");
    stage.keys("C-s");
    let asked = answer(&mut stage, Answer::Import(Box::new(report())));
    assert!(
        matches!(asked, Query::Import(wish) if matches!(&wish.from, ImportFrom::Text(text) if text.contains("tv")))
    );
    for told in ["front door 8096", "/config, /media", "Admin password", "◐ /var/run/docker.sock"] {
        sees(&stage, told);
    }
    check("import-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("C-s");
    let (ticket, wanted) = change(&mut stage);
    assert!(matches!(wanted, Change::KeepRecipes { existing: Existing::Stays, .. }));
    stage.send(Event::Changed(ticket, Ok(())));
    sees(&stage, "Jellyfin is among your recipes");
}

#[test]
fn what_was_changed_since_it_was_shown_is_shown_anew_before_it_is_kept() {
    let mut stage = store(120, 36);
    stage.keys("i /srv/tv.yml C-s");
    answer(&mut stage, Answer::Import(Box::new(report())));
    stage.keys("Tab tv C-s");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Change(..))));
    let (_, asked) = super::shelf::question(&mut stage);
    assert!(matches!(asked, Query::Import(wish) if wish.name.as_deref() == Some("tv")));
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let mut stage = store(80, 24);
    stage.keys("i /srv/tv.yml C-s");
    answer(&mut stage, Answer::Import(Box::new(ImportReport { there_already: 1, ..report() })));
    stage.keys("C-s");
    sees(&stage, "is in your folder already");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Change(..))));
}
