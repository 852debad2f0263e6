//! The card of a recipe over the shelf, where there is no room beside it.

use ratatui::layout::Rect;

use super::panel::{inner, pane};
use crate::tui::{model::Model, screens::card, theme::Role, widgets::brush::Brush};

pub fn draw(brush: &mut Brush, screen: Rect, model: &Model, top: u16) {
    let Some(shelved) = model.store.shelved() else {
        return pane(brush, screen, "recipe", "", &[vec![("it is gone".into(), Role::Dim)]], 0);
    };
    let recipe = &shelved.recipe;
    let title = format!("{}  {}   {}", recipe.name, recipe.version, recipe.license);
    pane(brush, screen, "recipe", &title, &card::rows(model, shelved, inner(screen)), top);
}
