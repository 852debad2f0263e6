//! The hardware: what racks, lights and displays look like. A widget is given values and draws them; it knows no model.

pub mod ascii;
pub mod brush;
pub mod cabinet;
pub mod chart;
pub mod chase;
pub mod cords;
pub mod digits;
pub mod ears;
pub mod fan;
pub mod figures;
pub mod flip;
pub mod footer;
pub mod gauge;
pub mod lcd;
pub mod led;
pub mod line;
pub mod navigation;
pub mod plot;
pub mod posts;
pub mod qr;
pub mod rain;
pub mod roads;
pub mod sparkline;
pub mod stat;
pub mod text;
pub mod unit;
