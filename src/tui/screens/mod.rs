//! What the operator sees: the master rack on top, one deck below, layers and toasts over it. Drawing looks at the model
//! and changes nothing; it must not panic on any size.

pub mod apps;
pub mod backups;
mod bare;
mod first_run;
mod hosts;
pub mod layout;
pub mod master;
pub mod night;
pub mod ops;
pub mod overview;
pub mod settings;
pub mod store;
mod toasts;

pub use self::{store::card, toasts::mark as toast_mark};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    command::Deck,
    event::Now,
    keymap::Place,
    layers,
    model::Model,
    theme::Role,
    widgets::{brush::Brush, footer, navigation, posts},
};

pub fn draw(model: &Model, now: Now, buffer: &mut Buffer) {
    let area = buffer.area;
    let mut brush = Brush::new(buffer, &model.canvas).for_keys(&model.keymap, model.place_under());
    brush.fill(area, Role::Page);
    posts::draw(&mut brush, area);
    let Some(floor) = layout::floor(area) else { return too_small(&mut brush, area) };
    if model.night.is_dark() {
        return night::draw(&mut brush, area, &floor, model, now);
    }
    master::draw(&mut brush, &floor, model, now);
    navigation::draw(&mut brush, &floor, model.deck);
    let body = &mut brush.within(floor.body);
    match (model.place_under(), model.deck) {
        (Place::FirstRun, _) => first_run::draw(body, floor.body),
        (_, Deck::Overview) => overview::draw(body, &floor, model, now),
        (_, Deck::Apps) => apps::draw(body, floor.body, model, now),
        (_, Deck::Hosts) => hosts::draw(body, floor.body, model, now),
        (_, Deck::Store) => store::draw(body, floor.body, model),
        (_, Deck::Ops) => ops::draw(body, floor.body, model, now),
        (_, Deck::Settings) => settings::draw(body, floor.body, model),
        (_, Deck::Backups) => backups::draw(body, floor.body, model, now),
    }
    footer::draw(&mut brush, floor.footer, model);
    if let Some(until) = model.power_on {
        master::test_lights(&mut brush, area, until.saturating_sub(now.tick));
    }
    // What takes the whole body lies under what is said.
    let (below, above): (Vec<_>, Vec<_>) = match model.layers.first() {
        Some(layers::Layer::Detail(_)) => model.layers.iter().enumerate().partition(|(at, _)| *at == 0),
        _ => model.layers.iter().enumerate().partition(|_| false),
    };
    for (_, layer) in below {
        layers::draw(&mut brush, &floor, layer, model, now);
    }
    toasts::draw(&mut brush, &floor, model, now);
    for (_, layer) in above {
        layers::draw(&mut brush, &floor, layer, model, now);
    }
}

/// The note is honest at any size: what fits of it is shown.
fn too_small(brush: &mut Brush, area: Rect) {
    let (columns, rows) = layout::LEAST;
    let words = [
        format!("{columns}x{rows} cells at least,"),
        format!("these are {}x{}.", area.width, area.height),
        "Ctrl-C quits.".to_owned(),
    ];
    let area = posts::between(area);
    for (row, text) in (0..area.height).zip(&words) {
        brush.line(area.x, area.y + row, area.width, Role::Page).say(text, Role::Text);
    }
}
