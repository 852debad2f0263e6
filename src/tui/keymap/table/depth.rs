//! The keys of one app in depth: those that walk between its tabs, and those of its charts, its log and its papers. What
//! else is done to it has the keys of a unit.

use super::*;

const DETAIL: &[Place] = &[
    Place::Detail,
    Place::Charts,
    Place::AppLog,
    Place::DetailBackups,
    Place::DetailSnapshots,
    Place::DetailOps,
    Place::Papers,
];
/// Where the letters of left and right go to the next tab.
const TABBED: &[Place] =
    &[Place::Detail, Place::AppLog, Place::DetailBackups, Place::DetailSnapshots, Place::DetailOps, Place::Papers];
const CHARTS: &[Place] = &[Place::Charts];
const APP_LOG: &[Place] = &[Place::AppLog];

pub const ROWS: &[Binding] = &[
    row(&[Place::Detail], &[ENTER], Command::Enter, "what it wants first: what mends it", ""),
    row(CHARTS, &[LEFT, k('h')], Command::Left, "a moment earlier", "a moment"),
    row(CHARTS, &[RIGHT, k('l')], Command::Right, "a moment later", ""),
    row(CHARTS, &[k('-')], Command::LongerSpan, "further back: day, week, month", "further back"),
    row(CHARTS, &[k('+'), k('=')], Command::ShorterSpan, "less far back", "nearer"),
    row(CHARTS, &[k('r')], Command::Reload, "ask Proxmox anew", ""),
    row(APP_LOG, &[k('f'), k(' ')], Command::Follow, "follow the newest lines, or not", "follow"),
    row(APP_LOG, &[k('/')], Command::Filter, "only lines with this text", "filter"),
    row(APP_LOG, &[k('s')], Command::Find, "search; n and N go on", "search"),
    row(APP_LOG, &[k('n')], Command::NextMatch, "the next line that has it", ""),
    row(APP_LOG, &[k('N')], Command::PreviousMatch, "the line before that has it", ""),
    row(APP_LOG, &[k('w')], Command::Wrap, "break long lines, or not", "wrap"),
    row(APP_LOG, &[k('t')], Command::Times, "when each was written, or not", "times"),
    row(APP_LOG, &[k('>')], Command::ShiftRight, "the end of long lines", ""),
    row(APP_LOG, &[k('<')], Command::ShiftLeft, "their beginning", ""),
    row(APP_LOG, &[k('y')], Command::Copy, "copy the line, or what is seen", "copy"),
    row(APP_LOG, &[k('x')], Command::Export, "write it into a file", "export"),
    row(APP_LOG, &[k('r')], Command::Reload, "look now", ""),
    row(APP_LOG, &[k('!')], Command::Console, "its console; Ctrl-] comes back", ""),
    row(&[Place::Papers], &[k('y')], Command::Copy, "copy this one", "copy"),
    row(&[Place::Papers], &[k('r')], Command::Reload, "read them anew", "read anew"),
    row(DETAIL, &[TAB], Command::NextPane, "the next tab", "tabs"),
    row(DETAIL, &[BACK_TAB], Command::PreviousPane, "the tab before", ""),
    row(TABBED, &[RIGHT, k('l')], Command::Right, "the tab to the right", ""),
    row(TABBED, &[LEFT, k('h')], Command::Left, "the tab to the left", ""),
    row(DETAIL, &[k('1')], Command::Tab(Tab::Overview), "how it is", ""),
    row(DETAIL, &[k('2')], Command::Tab(Tab::Charts), "its charts", ""),
    row(DETAIL, &[k('3')], Command::Tab(Tab::Log), "its log", ""),
    row(DETAIL, &[k('4')], Command::Tab(Tab::Backups), "its backups", ""),
    row(DETAIL, &[k('5')], Command::Tab(Tab::Snapshots), "its snapshots", ""),
    row(DETAIL, &[k('6')], Command::Tab(Tab::Operations), "what was done to it", ""),
    row(DETAIL, &[k('7')], Command::Tab(Tab::Recipe), "its recipe and its files", ""),
    row(DETAIL, &[ctrl('p'), ctrl('k'), k(':')], Command::Palette, "find a command, unit or theme", ""),
    row(DETAIL, &[k('?')], Command::Help, "the keys of this place", "help"),
    row(DETAIL, &[ESC, k('q')], Command::Back, "close", "close"),
];
