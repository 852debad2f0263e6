//! Alerts are told to whoever looks elsewhere: once each, a storm as one, and never what was there before.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        alerting::QuietHours,
        care::{Alert, Care, Lead, Level},
    },
    engine::Change,
    settings::Notify,
    sound::Cue,
    tui::{
        effect::Effect,
        event::{Event, Focus},
        term::{Bell, Word},
    },
};

use super::{
    care::{alert, tended},
    fleet::NOW,
    stage::Stage,
};

fn raised(id: i64, name: &str, level: Level) -> Alert {
    Alert { raised: NOW + Duration::from_secs(5), ..alert(id, name, level, "disk 93 %", 1, None) }
}

fn tell(stage: &mut Stage, alerts: Vec<Alert>) -> Vec<Word> {
    let mut fleet = tended();
    fleet.care = Arc::new(Care { alerts, lead: Lead::Ours, ..Care::default() });
    stage.send(Event::Fleet(Arc::new(fleet)));
    heard(stage)
}

fn heard(stage: &mut Stage) -> Vec<Word> {
    let effects = std::mem::take(&mut stage.effects);
    let words = effects.into_iter().filter_map(|effect| match effect {
        Effect::Notify(word) => Some(word),
        _ => None,
    });
    words.collect()
}

fn deck() -> Stage {
    Stage::new(tended(), 120, 36)
}

#[test]
fn a_new_alert_is_told_once_with_or_without_focus() {
    for focus in [Focus::Gained, Focus::Lost] {
        let mut stage = deck();
        stage.send(Event::Focus(focus));
        let words = tell(&mut stage, vec![raised(90, "gitea", Level::Danger)]);
        let text = "gitea: disk 93 %".to_owned();
        assert_eq!(words, [Word { notify: Notify::Auto, level: Level::Danger, bell: Bell::Rings, text }]);
        assert_eq!(tell(&mut stage, vec![raised(90, "gitea", Level::Danger)]), []);
        stage.wait(Duration::from_secs(60));
        assert_eq!(heard(&mut stage), []);
    }
}

#[test]
fn what_gets_worse_is_told_once_more_also_where_it_was_there_before() {
    let mut stage = deck();
    let old = |level| alert(91, "immich", level, "disk 93 %", 30, None);
    let words = tell(&mut stage, vec![raised(90, "gitea", Level::Warning), old(Level::Warning)]);
    assert_eq!(words.len(), 1);
    stage.wait(Duration::from_secs(60));
    let worse = vec![raised(90, "gitea", Level::Danger), old(Level::Danger)];
    let words = tell(&mut stage, worse.clone());
    assert_eq!((words.len(), words[0].level), (1, Level::Danger));
    assert!(words[0].text.starts_with("2 alerts: "), "{}", words[0].text);
    stage.wait(Duration::from_secs(60));
    assert_eq!(tell(&mut stage, worse), []);
}

#[test]
fn what_was_raised_before_the_deck_was_opened_and_what_is_quiet_is_no_news() {
    let mut stage = deck();
    let old = alert(90, "gitea", Level::Danger, "disk 93 %", 30, None);
    let known = Alert { acknowledged: Some(NOW), ..raised(91, "gitea", Level::Danger) };
    assert_eq!(tell(&mut stage, vec![old, known]), []);
}

#[test]
fn a_storm_is_one_word_and_what_follows_soon_is_told_together() {
    let mut stage = deck();
    let five = (0..5).map(|i| raised(100 + i, "gitea", if i == 3 { Level::Danger } else { Level::Warning }));
    let mut alerts: Vec<Alert> = five.collect();
    let words = tell(&mut stage, alerts.clone());
    assert_eq!(words.len(), 1);
    assert!(words[0].text.starts_with("5 alerts: ") && words[0].text.ends_with(", and 2 more"), "{}", words[0].text);
    assert_eq!(words[0].level, Level::Danger);
    for i in 0..4 {
        alerts.push(raised(200 + i, "immich", Level::Warning));
        assert_eq!(tell(&mut stage, alerts.clone()), []);
    }
    let at = stage.model.wakes_at().unwrap();
    assert!(at <= stage.now.tick + Duration::from_secs(10));
    stage.wait(Duration::from_secs(10));
    let words = heard(&mut stage);
    assert_eq!(words.len(), 1);
    assert!(words[0].text.starts_with("4 alerts: immich"), "{}", words[0].text);
}

#[test]
fn danger_is_heard_and_a_muted_deck_is_silent() {
    let mut stage = deck();
    let mut fleet = tended();
    let alerts = vec![raised(90, "gitea", Level::Danger)];
    fleet.care = Arc::new(Care { alerts, lead: Lead::Ours, ..Care::default() });
    stage.send(Event::Fleet(Arc::new(fleet.clone())));
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Play(Cue::Error))));
    let mut stage = deck();
    stage.model.settings.sound.mute = true;
    stage.send(Event::Fleet(Arc::new(fleet)));
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Play(_))));
    assert!(heard(&mut stage).iter().all(|word| word.bell == Bell::Mute));
}

#[test]
fn quiet_hours_are_chosen_on_the_settings_and_only_danger_is_told_in_them() {
    let mut stage = deck();
    stage.keys("7 / quiet Enter Enter");
    stage.keys("C-u 00:00-08:00 Enter");
    let hours: String = stage.model.settings.alerts.quiet.clone().into();
    assert_eq!(hours, "00:00-08:00");
    let ruled = |effect: &Effect| matches!(effect, Effect::Change(_, Change::SetRules(rules)) if rules.alerts == stage.model.settings.alerts);
    assert!(stage.effects.iter().any(ruled));
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Save(_))));
    // It is a quarter past two in the afternoon.
    stage.model.settings.alerts.quiet = QuietHours::read("14:00-15:00").unwrap();
    let mut alerts = vec![raised(90, "gitea", Level::Warning)];
    assert_eq!(tell(&mut stage, alerts.clone()), []);
    stage.wait(Duration::from_secs(10));
    alerts.push(raised(91, "gitea", Level::Danger));
    assert_eq!(tell(&mut stage, alerts).len(), 1);
}

#[test]
fn the_way_is_chosen_among_the_settings_and_tried_at_once() {
    let mut stage = deck();
    stage.keys("7 / notify Enter Right Right");
    assert_eq!(stage.model.settings.look.notify, Notify::Osc777);
    assert_eq!(heard(&mut stage).len(), 2);
}
