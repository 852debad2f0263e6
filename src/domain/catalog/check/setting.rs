//! Rules of settings: each can be asked for, and each default is an answer that would be taken.

use super::{
    super::{Generator, Kind, Recipe, Setting},
    Faults, words,
};

pub fn check(recipe: &Recipe, faults: &mut Faults) {
    faults.differ("settings", recipe.settings.iter().map(|setting| setting.name.as_str()));
    for setting in &recipe.settings {
        let place = format!("settings.{}", setting.name);
        if !words::is_setting_name(&setting.name) {
            faults.say(&place, "name a setting like a variable: capitals, digits and `_`");
        }
        if !words::is_line(&setting.label) || setting.help.contains(char::is_control) {
            faults.say(&place, "`label` and `help` are one line of plain text each");
        }
        kind(&place, setting, faults);
        default(&place, setting, faults);
    }
}

fn kind(place: &str, setting: &Setting, faults: &mut Faults) {
    match &setting.kind {
        Kind::Number { min: Some(min), max: Some(max) } if max < min => faults.say(place, "`max` is less than `min`"),
        Kind::Choice { choices } => {
            faults.differ(place, choices.iter().map(String::as_str));
            if choices.len() < 2 || choices.iter().any(|choice| !words::is_line(choice)) {
                faults.say(place, "offer at least two choices, each one line of plain text");
            }
        }
        Kind::Secret { generate: Some(generator) } => generation(place, generator, setting, faults),
        _ => {}
    }
}

fn generation(place: &str, generator: &Generator, setting: &Setting, faults: &mut Faults) {
    let letters: Vec<_> = generator.alphabet.chars().map(String::from).collect();
    faults.differ(place, letters.iter().map(String::as_str));
    if !(2..=256).contains(&letters.len()) || generator.alphabet.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        faults.say(place, "an alphabet has 2 to 256 letters that can be seen");
    }
    if !(8..=256).contains(&generator.length) {
        faults.say(place, "a secret has 8 to 256 letters");
    }
    // Whatever comes out has to be an answer that would be taken.
    let sample = |letter: &String| letter.repeat(usize::from(generator.length.min(256)));
    if let Some(pattern) = setting.pattern.as_ref().filter(|pattern| !letters.iter().all(|l| pattern.fits(&sample(l))))
    {
        faults.say(place, format!("what is generated need not fit the pattern `{pattern}`"));
    }
}

fn default(place: &str, setting: &Setting, faults: &mut Faults) {
    let Some(default) = &setting.default else { return };
    if setting.kind.is_secret() {
        faults.say(place, "a secret that stands in a recipe is none; let it be generated");
    } else if default.is_empty() {
        faults.say(place, "leave an empty `default` out");
    } else if let Err(why) = setting.accepts(default) {
        faults.say(place, format!("its own default will not do: {why}"));
    }
}
