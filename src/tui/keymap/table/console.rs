//! The keys of a console in a pane: inside it has them all but one, and what follows that one is the deck's.

use super::*;

const CONSOLE: &[Place] = &[Place::Console];
const CONSOLE_KEYS: &[Place] = &[Place::ConsoleKeys];
const SCROLL_BACK: &[Place] = &[Place::ScrollBack];
const CONSOLE_FIND: &[Place] = &[Place::ConsoleFind];
const CONSOLE_OVER: &[Place] = &[Place::ConsoleOver];

pub const ROWS: &[Binding] = &[
    row(CONSOLE, &[ctrl(']')], Command::HoldKeys, "the next key is the deck's", "then q leaves, k scrolls, ? tells"),
    row(CONSOLE_KEYS, &[k('q'), k('d'), ESC, ctrl(']')], Command::Back, "leave it: what runs goes on", "leave"),
    row(CONSOLE_KEYS, &[k('k'), PAGE_UP, UP, k('[')], Command::ScrollBack, "what it showed before", "scroll back"),
    row(CONSOLE_KEYS, &[k('/')], Command::Filter, "search in what it showed", "search"),
    row(CONSOLE_KEYS, &[k('f')], Command::FullScreen, "all of the terminal; Ctrl-] returns", "whole screen"),
    row(CONSOLE_KEYS, &[k('y')], Command::Copy, "copy what is seen", "copy"),
    row(CONSOLE_KEYS, &[TAB], Command::NextPane, "the next console that is open", ""),
    row(CONSOLE_KEYS, &[k(']')], Command::SendPrefix, "send Ctrl-] itself inside", "send Ctrl-]"),
    row(CONSOLE_KEYS, &[k('r')], Command::Reload, "connect anew", ""),
    row(CONSOLE_KEYS, &[k('x')], Command::HangUp, "leave, and give the seat up at once", "hang up"),
    row(CONSOLE_KEYS, &[ENTER, k('i')], Command::Enter, "back inside", ""),
    row(SCROLL_BACK, &[ESC, k('q'), k('i'), ctrl(']')], Command::Back, "back to the live screen", "live"),
    row(SCROLL_BACK, &[k('/')], Command::Filter, "search: an older place first", "search"),
    row(SCROLL_BACK, &[k('n')], Command::FindNext, "the place before", ""),
    row(SCROLL_BACK, &[k('N')], Command::FindPrevious, "the place after", ""),
    row(SCROLL_BACK, &[k('v'), k(' ')], Command::Mark, "mark lines from here, or no more", "mark"),
    row(SCROLL_BACK, &[k('y'), ENTER], Command::Copy, "copy what is marked, or seen", "copy"),
    row(SCROLL_BACK, &[k('k'), UP], Command::Previous, "a line up", ""),
    row(SCROLL_BACK, &[k('j'), DOWN], Command::Next, "a line down", ""),
    row(SCROLL_BACK, &[PAGE_UP, ctrl('u'), ctrl('b')], Command::PageUp, "a page up", "page up"),
    row(SCROLL_BACK, &[PAGE_DOWN, ctrl('d'), ctrl('f')], Command::PageDown, "a page down", ""),
    row(SCROLL_BACK, &[k('g'), HOME], Command::First, "to the oldest", ""),
    row(SCROLL_BACK, &[k('G'), END], Command::Last, "to the newest", ""),
    row(CONSOLE_FIND, &[ENTER], Command::Enter, "find it, from here up", "find"),
    row(CONSOLE_FIND, &[ESC, ctrl(']')], Command::Back, "find nothing", "back"),
    row(CONSOLE_OVER, &[k('r'), ENTER], Command::Reload, "connect anew", "reconnect"),
    row(CONSOLE_OVER, &[k('s')], Command::Power(PowerWish::Start), "start the guest", "start it"),
    row(CONSOLE_OVER, &[k('k'), PAGE_UP, UP], Command::ScrollBack, "what it showed before", "scroll back"),
    row(CONSOLE_OVER, &[k('y')], Command::Copy, "copy what is seen", ""),
    row(CONSOLE_OVER, &[ESC, k('q'), k('d'), ctrl(']')], Command::Back, "leave", "leave"),
    row(
        &[Place::ConsoleKeys, Place::ScrollBack, Place::ConsoleOver],
        &[k('?')],
        Command::Help,
        "the keys of this place",
        "help",
    ),
];
