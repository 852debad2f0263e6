//! The table itself. Order matters twice: the first match wins, and help and footer show it from the top.

use super::*;

pub(super) const fn row(
    places: &'static [Place],
    keys: &'static [Key],
    command: Command,
    words: &'static str,
    hint: &'static str,
) -> Binding {
    Binding { places, keys, command, words, hint }
}

pub(super) const RACKS: &[Place] = &[Place::Overview, Place::Apps];
pub(super) const LISTS: &[Place] = &[
    Place::Overview,
    Place::Apps,
    Place::Store,
    Place::Hosts,
    Place::Ops,
    Place::Settings,
    Place::Backups,
    Place::Snapshots,
    Place::Nodes,
    Place::Node,
    Place::Moves,
    Place::AppBackups,
    Place::Schedules,
    Place::Candidates,
    Place::Looks,
    Place::Drafts,
    Place::Adopted,
    Place::Ports,
    Place::Gateways,
    Place::Inbox,
    Place::Picks,
    Place::Sizes,
    Place::Help,
];
pub(super) const PANES: &[Place] = &[Place::Why, Place::Report, Place::Rights];
pub(super) const SCROLLED: &[Place] =
    &[Place::Why, Place::Report, Place::Rights, Place::Card, Place::Trust, Place::Found];
const ASKING: &[Place] = &[Place::Asks];
pub(super) const FORMS: &[Place] = &[Place::Form, Place::Wizard, Place::Deploy];
const TRIED: &[Place] = &[Place::Wizard, Place::Trust, Place::Found];
const STORE: &[Place] = &[Place::Store];
pub(super) const RECIPES: &[Place] = &[Place::Store, Place::Card];
const NARROW: &[Place] = &[Place::Narrow];
const SOURCES: &[Place] = &[Place::Sources];
const NEWS: &[Place] = &[Place::News];
const SOURCED: &[Place] = &[Place::Sources, Place::News];
const OPS: &[Place] = &[Place::Ops];
pub(super) const PLANS: &[Place] = &[Place::Plan, Place::Preview];
const NAMING: &[Place] = &[Place::Naming];
const SNAPSHOTS: &[Place] = &[Place::Snapshots];
const NODE: &[Place] = &[Place::Node];
const UNDO: &[Place] = &[Place::Undo];
const ASKS: &[Place] = &[Place::Question];
pub(super) const MENUS: &[Place] = &[Place::Palette, Place::CopyMenu];
const TROUBLE: &[Place] = &[Place::Trouble];
const APPS: &[Place] = &[Place::Apps];
const HOSTS: &[Place] = &[Place::Hosts];
const BOARD: &[Place] = &[Place::Backups];
const KEPT: &[Place] = &[Place::AppBackups];
const SCHEDULES: &[Place] = &[Place::Schedules];
const CANDIDATES: &[Place] = &[Place::Candidates];
const LOOKS: &[Place] = &[Place::Looks];
const DRAFTS: &[Place] = &[Place::Drafts];
const ADOPTED: &[Place] = &[Place::Adopted];
const MOVES: &[Place] = &[Place::Moves];
const PORTS: &[Place] = &[Place::Ports];
const GATEWAYS: &[Place] = &[Place::Gateways];
const INBOX: &[Place] = &[Place::Inbox];
const SIZES: &[Place] = &[Place::Sizes];
const PICKS: &[Place] = &[Place::Picks];
pub(super) const DECKS: &[Place] = Place::DECKS;
/// Decks where the small letter means nothing else.
const FREE_OF_I: &[Place] = &[Place::Apps, Place::Hosts, Place::Ops, Place::Settings];

pub(super) const fn k(letter: char) -> Key {
    Key::letter(letter)
}

pub(super) const fn ctrl(letter: char) -> Key {
    Key::control(letter)
}

pub(super) const UP: Key = Key::of(KeyCode::Up);
pub(super) const DOWN: Key = Key::of(KeyCode::Down);
pub(super) const LEFT: Key = Key::of(KeyCode::Left);
pub(super) const RIGHT: Key = Key::of(KeyCode::Right);
pub(super) const ENTER: Key = Key::of(KeyCode::Enter);
pub(super) const ESC: Key = Key::of(KeyCode::Esc);
pub(super) const TAB: Key = Key::of(KeyCode::Tab);
pub(super) const BACK_TAB: Key = Key::of(KeyCode::BackTab);
const HOME: Key = Key::of(KeyCode::Home);
const END: Key = Key::of(KeyCode::End);
const PAGE_UP: Key = Key::of(KeyCode::PageUp);
const PAGE_DOWN: Key = Key::of(KeyCode::PageDown);

pub const TABLE: &[Binding] = &[
    // What is done to a unit.
    row(RACKS, &[k('s')], Command::Power(PowerWish::Start), "start", "start"),
    row(RACKS, &[k('S')], Command::Power(PowerWish::Stop), "stop: asks it to shut down", "stop"),
    row(RACKS, &[k('r')], Command::Power(PowerWish::Restart), "restart", "restart"),
    row(APPS, &[k(' '), k('f')], Command::Flip, "turn to the back, or the front", "flip"),
    row(&[Place::Overview], &[ENTER, k(' '), k('f')], Command::Enter, "show it among the apps", "open"),
    row(APPS, &[ENTER], Command::Enter, "why it failed, or its back", ""),
    row(RACKS, &[k('l')], Command::Log, "its last operation and the log", "log"),
    row(RACKS, &[k('!')], Command::Console, "its console; Ctrl-] comes back", "console"),
    row(RACKS, &[k('w')], Command::Roads, "roads inside, and what opens them", ""),
    row(APPS, &[k('/')], Command::Filter, "filter: name, address, node, number", "filter"),
    row(APPS, &[k('v')], Command::Mark, "select for a bulk action", ""),
    row(APPS, &[ctrl('a')], Command::MarkAll, "select all shown, or none", ""),
    row(APPS, &[k(',')], Command::Sort, "sort: newest, name, CPU, memory", ""),
    row(RACKS, &[k('d')], Command::Delete, "delete: asks, and says what happens", "delete"),
    row(RACKS, &[k('b')], Command::Backup, "back up now: how, and the plan", "back up"),
    row(RACKS, &[k('B')], Command::Backups, "its backups: restore, protect, notes", ""),
    row(RACKS, &[k('u')], Command::Update, "update to its recipe's version", ""),
    row(RACKS, &[k('U')], Command::Undo, "take back what was done last", ""),
    row(RACKS, &[k('n')], Command::Snapshots, "its snapshots", ""),
    row(RACKS, &[k('c')], Command::Clone, "clone", ""),
    row(RACKS, &[k('e')], Command::Resize, "cores, memory, disk", ""),
    row(RACKS, &[k('E')], Command::Settle, "the settings of its recipe", ""),
    row(RACKS, &[k('m')], Command::Migrate, "move to another node", ""),
    row(RACKS, &[k('a')], Command::Adopt, "adopt a guest that is not ours", ""),
    row(&[Place::Overview, Place::Apps, Place::Hosts], &[k('A')], Command::AdoptMany, "adopt what runs already", ""),
    row(RACKS, &[k('o')], Command::OpenUrl, "its URL, copied", ""),
    row(RACKS, &[k('y')], Command::Copy, "copy id, address, URL, command", "copy"),
    row(&[Place::Overview], &[k('i')], Command::LookAtNode, "all of the node of this cabinet", ""),
    row(NODE, &[ENTER], Command::Enter, "the guest under the hand", "open"),
    row(NODE, &[k('r')], Command::Reload, "ask it anew", "ask anew"),
    row(NODE, &[ESC, k('q')], Command::Back, "close", "close"),
    row(HOSTS, &[ENTER], Command::Enter, "all of a node, or the back of a host", "look closer"),
    row(HOSTS, &[k(' '), k('f')], Command::Flip, "turn to the back, or the front", "flip"),
    row(RACKS, &[k('p')], Command::Ports, "port book: whose ports, what clashes", ""),
    row(RACKS, &[k('W')], Command::Gateways, "gateway: names, routes, certificates", ""),
    row(HOSTS, &[k('n')], Command::AddHost, "connect a host", "add"),
    row(HOSTS, &[k('e')], Command::EditHost, "change it: address, login, defaults", "edit"),
    row(HOSTS, &[k('t')], Command::TestHost, "test what it answers and allows", "test"),
    row(HOSTS, &[k('o')], Command::TurnHost, "switch it off here, or on again", "on, off"),
    row(HOSTS, &[k('r')], Command::RenameHost, "call it by another name", ""),
    row(HOSTS, &[k('K')], Command::RotateToken, "a new token for the one that is used", ""),
    row(HOSTS, &[k('w')], Command::Roads, "roads inside, and what opens them", "roads"),
    row(HOSTS, &[k('c')], Command::LogIn, "log in with a one-time code", "code"),
    row(HOSTS, &[k('u')], Command::Unlock, "the passphrase of the secrets", ""),
    row(HOSTS, &[k('d')], Command::DeleteHost, "forget this host (asks first)", "forget"),
    row(HOSTS, &[k('b')], Command::Balance, "even out its nodes by a few moves", "balance"),
    row(HOSTS, &[k('E')], Command::Evacuate, "evacuate it: all its apps leave it", ""),
    row(HOSTS, &[k('F')], Command::Fill, "fill it again with what left it", ""),
    row(HOSTS, &[k('p')], Command::Ports, "port book: whose ports, what clashes", "ports"),
    row(HOSTS, &[k('W')], Command::Gateways, "gateway: names, routes, certificates", "gateway"),
    row(STORE, &[ENTER], Command::Enter, "deploy, or its card where it is not", ""),
    row(&[Place::Card], &[ENTER, k('d')], Command::Deploy, "deploy: what it asks, and the plan", "deploy"),
    row(STORE, &[k('d')], Command::Deploy, "deploy: what it asks, and the plan", "deploy"),
    row(STORE, &[k('/')], Command::Filter, "search: name, tag, what it does", "search"),
    row(STORE, &[k('t')], Command::Narrow, "filters: method, trust, room …", "filters"),
    row(RECIPES, &[k('*')], Command::Favour, "a favourite, or not any more", "favourite"),
    row(STORE, &[k(',')], Command::Sort, "sort: name, newest", ""),
    row(RECIPES, &[k('o')], Command::OpenUrl, "its home page, copied", ""),
    row(RECIPES, &[k('y')], Command::Copy, "copy id, deploy line, page", "copy"),
    row(STORE, &[k('s')], Command::Sources, "sources: stores of other people", "sources"),
    row(STORE, &[k('i')], Command::Import, "import a docker-compose.yml, a store", ""),
    row(STORE, &[k('r')], Command::Reload, "read all recipes anew", "reload"),
    row(OPS, &[ENTER, k('l')], Command::Enter, "its steps and the log", "steps"),
    row(OPS, &[k('x')], Command::Cancel, "cancel while it runs", "cancel"),
    row(OPS, &[k('r')], Command::Retry, "try once more", "retry"),
    row(OPS, &[k('U')], Command::Undo, "take back what it did", "undo"),
    row(OPS, &[k('y')], Command::Copy, "copy its steps, fault, log", "copy"),
    row(BOARD, &[ENTER, k('B')], Command::Backups, "its backups, newest first", "its backups"),
    row(BOARD, &[k('b')], Command::Backup, "back up now: how, and the plan", "back up"),
    row(BOARD, &[k('r')], Command::Restore, "restore the newest one", "restore"),
    row(BOARD, &[k('P')], Command::Prove, "prove that the newest one starts", "prove"),
    row(BOARD, &[k('s')], Command::Schedules, "schedules: what runs by itself", "schedules"),
    row(BOARD, &[k('i')], Command::Statistics, "statistics: sizes, growth, success", "figures"),
    row(BOARD, &[k('/')], Command::Filter, "filter: name, storage, number", "filter"),
    row(BOARD, &[k(',')], Command::Sort, "sort: age, name, size", ""),
    row(BOARD, &[k('v'), k(' ')], Command::Mark, "select for a bulk action", ""),
    row(BOARD, &[ctrl('a')], Command::MarkAll, "select all shown, or none", ""),
    row(BOARD, &[k('l')], Command::Log, "its last operation and the log", ""),
    row(BOARD, &[k('n')], Command::Snapshots, "its snapshots", ""),
    row(BOARD, &[k('f')], Command::Flip, "show it among the apps", ""),
    row(BOARD, &[k('y')], Command::Copy, "copy id, address, URL, command", ""),
    row(BOARD, &[LEFT, k('h'), BACK_TAB], Command::Left, "the age chip to the left", ""),
    row(BOARD, &[RIGHT, TAB], Command::Right, "the age chip to the right", ""),
    row(KEPT, &[k('r')], Command::Restore, "restore this one: shows the plan", "restore"),
    row(KEPT, &[k('P'), k('v')], Command::Prove, "prove that this one starts", "prove"),
    row(KEPT, &[k('p')], Command::Protect, "protect it, or not any more", "protect"),
    row(KEPT, &[k('n')], Command::Notes, "write its notes", "notes"),
    row(KEPT, &[k('d')], Command::RemoveBackup, "delete it: shows what goes", "delete"),
    row(KEPT, &[k('b')], Command::Backup, "make one now", "back up"),
    row(KEPT, &[ENTER, k(' ')], Command::Enter, "all lines of its notes, or less", "whole notes"),
    row(SCHEDULES, &[k('n'), k('a')], Command::AddJob, "a new schedule", "new"),
    row(SCHEDULES, &[ENTER, k('e')], Command::EditJob, "change it: when, where, what is kept", "change"),
    row(SCHEDULES, &[k(' ')], Command::TurnJob, "let it rest, or run again", "on, off"),
    row(SCHEDULES, &[k('d')], Command::RemoveJob, "remove it: shows the plan", "remove"),
    row(SCHEDULES, &[k('y')], Command::Copy, "copy the lines that grant rights", "copy grants"),
    row(&[Place::AppBackups, Place::Schedules], &[ESC, k('q')], Command::Back, "close", "close"),
    row(PORTS, &[ENTER], Command::Enter, "the app under the hand", "the app"),
    row(PORTS, &[k('r')], Command::Reload, "look inside what really listens", "look inside"),
    row(PORTS, &[k('/')], Command::Filter, "filter: app, port, program", "filter"),
    row(PORTS, &[k(',')], Command::Sort, "sort: app, port, host", "sort"),
    row(PORTS, &[LEFT, k('h'), BACK_TAB], Command::Left, "the chip to the left", ""),
    row(PORTS, &[RIGHT, k('l'), TAB], Command::Right, "the chip to the right", "narrow"),
    row(GATEWAYS, &[ENTER], Command::Enter, "the app under the hand", "the app"),
    row(GATEWAYS, &[k('n'), k('a')], Command::MakeGateway, "make one: shows the plan", "make one"),
    row(GATEWAYS, &[k('e')], Command::Publishing, "published or not, name, port", "change"),
    row(GATEWAYS, &[k('u')], Command::PublishNow, "give it its routes now: the plan", "publish now"),
    row(GATEWAYS, &[k('c')], Command::RootCertificate, "copy the authority's certificate", "certificate"),
    row(GATEWAYS, &[k('y'), k('o')], Command::Copy, "copy the URL under the hand", "copy URL"),
    row(GATEWAYS, &[k('d')], Command::Delete, "remove the gateway: shows the plan", "remove"),
    row(&[Place::Ports, Place::Gateways], &[ESC, k('q')], Command::Back, "close", "close"),
    row(SNAPSHOTS, &[k('n'), k('c')], Command::TakeSnapshot, "take one now", "take one"),
    row(SNAPSHOTS, &[ENTER], Command::Enter, "go back to this one: shows the plan", "go back to it"),
    row(SNAPSHOTS, &[k('d')], Command::RemoveSnapshot, "remove this one: shows the plan", "remove"),
    row(SNAPSHOTS, &[k('r')], Command::Reload, "list them anew", ""),
    row(CANDIDATES, &[ENTER], Command::Enter, "look at what is chosen", "look at them"),
    row(CANDIDATES, &[k(' '), k('v')], Command::Mark, "choose, or not any more", "choose"),
    row(CANDIDATES, &[ctrl('a')], Command::MarkAll, "choose all shown, or none", "all"),
    row(CANDIDATES, &[k('/')], Command::Filter, "filter: name, host, node, tag", "filter"),
    row(CANDIDATES, &[LEFT, k('h'), BACK_TAB], Command::Left, "the chip to the left", ""),
    row(CANDIDATES, &[RIGHT, k('l'), TAB], Command::Right, "the chip to the right", "chips"),
    row(LOOKS, &[ENTER], Command::Enter, "on to what they will be", "go on"),
    row(LOOKS, &[k('r')], Command::Reload, "look once more", "look again"),
    row(DRAFTS, &[ctrl('s')], Command::Submit, "adopt them", "adopt"),
    row(DRAFTS, &[ENTER, k('e')], Command::Enter, "change name, port, probe, recipe", "change"),
    row(DRAFTS, &[k(' '), k('x')], Command::Mark, "leave it out, or take it in", "leave out"),
    row(ADOPTED, &[ENTER, k('l')], Command::Enter, "its steps and the log", "steps"),
    row(&[Place::Candidates, Place::Adopted], &[ESC, k('q')], Command::Back, "close", "close"),
    row(&[Place::Looks, Place::Drafts], &[ESC, k('q')], Command::Back, "one step back", "back"),
    row(&[Place::Nodes], &[ENTER], Command::Enter, "this node", "take it"),
    row(MOVES, &[ENTER], Command::Enter, "show the plan of what is chosen", "the plan"),
    row(MOVES, &[k(' '), k('v')], Command::Mark, "take this move, or leave it out", "take it or not"),
    row(MOVES, &[ctrl('a')], Command::MarkAll, "take all of them, or none", ""),
    row(MOVES, &[TAB], Command::OtherWay, "other containers too, or apps alone", "others too"),
    row(&[Place::Snapshots, Place::Nodes, Place::Moves], &[ESC, k('q')], Command::Back, "close", "close"),
    row(INBOX, &[ENTER], Command::Enter, "show the plan that mends it", "mend"),
    row(INBOX, &[k('m')], Command::Remedies, "all that mends it, to choose from", "remedies"),
    row(INBOX, &[k('a')], Command::Acknowledge, "you know of it: no more about it", "acknowledge"),
    row(INBOX, &[k('z')], Command::Snooze, "quiet for an hour, a day, a week", "snooze"),
    row(INBOX, &[k('A')], Command::Accept, "drift: as it is now it is to be", "accept"),
    row(INBOX, &[k('d')], Command::Dismiss, "drift: hear no more of it", "dismiss"),
    row(INBOX, &[k('r')], Command::Reload, "compare hosts and books now", "look now"),
    row(INBOX, &[k('y')], Command::Copy, "copy it, or what differs", "copy"),
    row(INBOX, &[k(' '), k('f')], Command::Flip, "show it where it stands", ""),
    row(INBOX, &[LEFT, k('h'), BACK_TAB], Command::Left, "the chip to the left", ""),
    row(INBOX, &[RIGHT, k('l'), TAB], Command::Right, "the chip to the right", "chips"),
    row(INBOX, &[ESC, k('q'), k('i'), k('I')], Command::Back, "close", "close"),
    row(&[Place::Apps, Place::Hosts], &[k('Z')], Command::RightSize, "reclaim what apps do not need", ""),
    row(SIZES, &[ENTER], Command::Enter, "show the plan of what is chosen", "the plan"),
    row(SIZES, &[k(' '), k('v')], Command::Mark, "take it back, or leave it", "take it or not"),
    row(SIZES, &[ctrl('a')], Command::MarkAll, "take all of them, or none", "all"),
    row(SIZES, &[ESC, k('q'), k('Z')], Command::Back, "close", "close"),
    row(PICKS, &[ENTER], Command::Enter, "take it; a digit takes its line", "take"),
    row(PICKS, &[ESC, k('q'), k('m'), k('z')], Command::Back, "close: nothing happens", "close"),
    // Moving.
    row(LISTS, &[k('j'), DOWN], Command::Next, "down", ""),
    row(LISTS, &[k('k'), UP], Command::Previous, "up", ""),
    row(&[Place::Overview], &[k('h'), LEFT], Command::Left, "the cabinet to the left", ""),
    row(&[Place::Overview], &[RIGHT], Command::Right, "the cabinet to the right", ""),
    row(APPS, &[LEFT, k('h'), BACK_TAB], Command::Left, "the state chip to the left", ""),
    row(APPS, &[RIGHT, TAB], Command::Right, "the state chip to the right", ""),
    row(STORE, &[LEFT, k('h')], Command::Left, "to the categories, or the one before", ""),
    row(STORE, &[RIGHT, k('l')], Command::Right, "to the card, or the next category", ""),
    row(STORE, &[TAB], Command::NextPane, "the next pane, or category", ""),
    row(STORE, &[BACK_TAB], Command::PreviousPane, "the pane before, or category", ""),
    row(LISTS, &[ctrl('d'), PAGE_DOWN], Command::PageDown, "a page down", ""),
    row(LISTS, &[ctrl('u'), PAGE_UP], Command::PageUp, "a page up", ""),
    row(LISTS, &[k('g'), HOME], Command::First, "to the first", ""),
    row(LISTS, &[k('G'), END], Command::Last, "to the last", ""),
    row(&[Place::Overview, Place::Hosts], &[TAB], Command::NextPane, "the next pane", ""),
    row(&[Place::Overview, Place::Hosts], &[BACK_TAB], Command::PreviousPane, "the pane before", ""),
    row(&[Place::FirstRun], &[ENTER, k('n')], Command::AddHost, "connect a host", "connect a host"),
    row(&[Place::FirstRun], &[k('d')], Command::OpenDemo, "open the demo", "open the demo"),
    // Forms.
    row(FORMS, &[TAB, DOWN], Command::NextPane, "the next field", "next"),
    row(FORMS, &[BACK_TAB, UP], Command::PreviousPane, "the field before", ""),
    row(FORMS, &[ENTER], Command::Enter, "on to the next field or page", "go on"),
    row(&[Place::Form, Place::Wizard], &[ctrl('s')], Command::Submit, "send this page", "send"),
    row(&[Place::Deploy, Place::Plan], &[ctrl('s')], Command::Submit, "deploy it", "deploy"),
    row(&[Place::Deploy], &[PAGE_DOWN], Command::PageDown, "to the plan", "plan"),
    row(&[Place::Deploy], &[ESC], Command::Back, "close; the draft is kept", "keep as draft"),
    row(&[Place::Plan], &[TAB], Command::NextPane, "to the first field", "fields"),
    row(&[Place::Plan], &[BACK_TAB, PAGE_UP], Command::PreviousPane, "to the last field", ""),
    row(&[Place::Plan], &[k('w')], Command::Nodes, "which node, and why", "why there"),
    row(PLANS, &[ENTER, k(' '), RIGHT], Command::Enter, "the calls of a step, or do it", "open, or do it"),
    row(&[Place::Preview, Place::Naming], &[ctrl('s')], Command::Submit, "do it", "do it"),
    row(PLANS, &[k('y')], Command::Copy, "copy as text, pvesh, curl", "copy"),
    row(PLANS, &[k('j'), DOWN], Command::Next, "down", ""),
    row(PLANS, &[k('k'), UP], Command::Previous, "up", ""),
    row(PLANS, &[k('g'), HOME], Command::First, "to the first step", ""),
    row(PLANS, &[k('G'), END], Command::Last, "to the button", ""),
    row(PLANS, &[ctrl('d')], Command::PageDown, "a page down", ""),
    row(PLANS, &[ctrl('u')], Command::PageUp, "a page up", ""),
    row(&[Place::Preview], &[TAB, k('x')], Command::OtherWay, "the other way, where there is one", "another way"),
    row(PLANS, &[ESC, k('q')], Command::Back, "close: nothing happens", "leave it"),
    row(NAMING, &[ENTER], Command::Submit, "do it, once the name is right", "do it"),
    row(NAMING, &[TAB], Command::OtherWay, "the other way, where there is one", "another way"),
    row(NAMING, &[DOWN], Command::Next, "down", ""),
    row(NAMING, &[UP], Command::Previous, "up", ""),
    row(NAMING, &[ESC], Command::Back, "close: nothing happens", "leave it"),
    row(UNDO, &[ENTER, ctrl('s')], Command::Submit, "take it back", "take it back"),
    row(UNDO, &[TAB], Command::OtherWay, "of this app, or of all", "this app, or all"),
    row(UNDO, &[ESC, k('q'), k('n')], Command::Back, "leave it as it is", "leave it"),
    row(&[Place::Trust], &[k('y'), k('Y')], Command::Yes, "it is the same: trust it", "trust it"),
    row(&[Place::Trust], &[k('n'), k('N')], Command::Back, "go back", ""),
    row(&[Place::Found], &[ENTER], Command::Enter, "on to the next page", "go on"),
    row(&[Place::Found], &[ctrl('s')], Command::Submit, "enough: with what is proposed", "finish"),
    row(&[Place::Found, Place::Rights], &[k('c')], Command::Copy, "copy the commands that help", "copy"),
    row(TRIED, &[ctrl('t')], Command::TestForm, "try this page as it stands", "try it"),
    row(&[Place::Form, Place::Wizard, Place::Trust, Place::Found], &[ESC], Command::Back, "one step back", "back"),
    // Panes over the deck.
    row(ASKS, &[k('y'), k('Y')], Command::Yes, "yes", "yes"),
    row(ASKS, &[k('n'), k('N'), ESC, k('q')], Command::No, "no: nothing happens", "no"),
    row(ASKS, &[TAB, LEFT, RIGHT, BACK_TAB], Command::NextPane, "the other button", ""),
    row(ASKS, &[ENTER], Command::Enter, "press the lit button", "press"),
    row(ASKING, &[k('k')], Command::Keep, "keep what was made", "keep"),
    row(ASKING, &[k('x')], Command::TakeBack, "undo: what was made goes again", "undo"),
    row(ASKING, &[DOWN, k('j')], Command::Next, "down", ""),
    row(ASKING, &[UP], Command::Previous, "up", ""),
    row(ASKING, &[PAGE_DOWN, k(' ')], Command::PageDown, "a page down", ""),
    row(ASKING, &[PAGE_UP], Command::PageUp, "a page up", ""),
    row(ASKING, &[ESC, k('q'), ENTER], Command::Back, "close; it waits", "close"),
    row(&[Place::Why], &[k('r')], Command::Retry, "try once more", "retry"),
    row(&[Place::Why], &[k('x')], Command::Cancel, "cancel while it runs", "cancel"),
    row(&[Place::Why, Place::Asks], &[k('y')], Command::Copy, "copy its steps, fault, log", "copy"),
    row(&[Place::Card], &[LEFT, k('h')], Command::Left, "the recipe before", ""),
    row(&[Place::Card], &[RIGHT, k('l')], Command::Right, "the next recipe", "next"),
    row(SCROLLED, &[k('j'), DOWN], Command::Next, "down", ""),
    row(SCROLLED, &[k('k'), UP], Command::Previous, "up", ""),
    row(SCROLLED, &[ctrl('d'), PAGE_DOWN, k(' ')], Command::PageDown, "a page down", ""),
    row(SCROLLED, &[ctrl('u'), PAGE_UP], Command::PageUp, "a page up", ""),
    row(SCROLLED, &[k('g'), HOME], Command::First, "to the top", ""),
    row(SCROLLED, &[k('G'), END], Command::Last, "to the end", ""),
    row(PANES, &[ESC, k('q'), k('?'), ENTER], Command::Back, "close", "close"),
    row(MENUS, &[DOWN, ctrl('n')], Command::Next, "down", ""),
    row(MENUS, &[UP, ctrl('p')], Command::Previous, "up", ""),
    row(&[Place::CopyMenu], &[k('j')], Command::Next, "down", ""),
    row(&[Place::CopyMenu], &[k('k')], Command::Previous, "up", ""),
    row(MENUS, &[ENTER], Command::Enter, "take it", "take"),
    row(MENUS, &[ESC, ctrl('k')], Command::Back, "close", "close"),
    row(&[Place::Card], &[ESC, k('q'), k('?')], Command::Back, "close", "close"),
    row(SOURCES, &[k('n'), k('a')], Command::AddSource, "add a source", "add"),
    row(SOURCES, &[ENTER, k('u')], Command::SourceNews, "fetch, and show what is new in it", "what is new"),
    row(SOURCES, &[k('d')], Command::RemoveSource, "remove it (asks first)", "remove"),
    row(NEWS, &[ENTER], Command::Enter, "take what is shown", "take it"),
    row(SOURCED, &[k('j'), DOWN], Command::Next, "down", ""),
    row(SOURCED, &[k('k'), UP], Command::Previous, "up", ""),
    row(SOURCED, &[ctrl('d'), PAGE_DOWN], Command::PageDown, "a page down", ""),
    row(SOURCED, &[ctrl('u'), PAGE_UP], Command::PageUp, "a page up", ""),
    row(SOURCED, &[k('g'), HOME], Command::First, "to the first", ""),
    row(SOURCED, &[k('G'), END], Command::Last, "to the last", ""),
    row(SOURCED, &[ESC, k('q')], Command::Back, "stop what runs, or close", "close"),
    row(NARROW, &[k(' '), ENTER], Command::Enter, "choose, or not any more", "choose"),
    row(NARROW, &[k('c')], Command::ClearFilters, "clear them all", "clear all"),
    row(NARROW, &[k('j'), DOWN], Command::Next, "down", ""),
    row(NARROW, &[k('k'), UP], Command::Previous, "up", ""),
    row(NARROW, &[k('g'), HOME], Command::First, "to the first", ""),
    row(NARROW, &[k('G'), END], Command::Last, "to the last", ""),
    row(NARROW, &[ESC, k('q'), k('t')], Command::Back, "close", "close"),
    row(TROUBLE, &[ENTER, k(' ')], Command::Enter, "make this trouble, or mend it", "make or mend"),
    row(TROUBLE, &[k('m')], Command::MendAll, "mend everything", "mend all"),
    row(TROUBLE, &[k('j'), DOWN], Command::Next, "down", ""),
    row(TROUBLE, &[k('k'), UP], Command::Previous, "up", ""),
    row(TROUBLE, &[k('g'), HOME], Command::First, "to the first", ""),
    row(TROUBLE, &[k('G'), END], Command::Last, "to the last", ""),
    row(TROUBLE, &[ESC, k('q'), k('X')], Command::Back, "close", "close"),
    row(&[Place::Filter], &[ENTER, DOWN], Command::Enter, "keep the filter, go to the list", "keep"),
    row(&[Place::Filter], &[ESC], Command::Back, "clear the filter", "clear"),
    // Everywhere.
    row(DECKS, &[k('1')], Command::Open(Deck::Overview), "the deck", ""),
    row(DECKS, &[k('2')], Command::Open(Deck::Apps), "apps", ""),
    row(DECKS, &[k('3')], Command::Open(Deck::Store), "store", ""),
    row(DECKS, &[k('4')], Command::Open(Deck::Hosts), "hosts", ""),
    row(DECKS, &[k('5')], Command::Open(Deck::Backups), "backups", ""),
    row(DECKS, &[k('6')], Command::Open(Deck::Ops), "operations", ""),
    row(DECKS, &[k('7')], Command::Open(Deck::Settings), "settings", ""),
    row(DECKS, &[k('z')], Command::Density, "one line a unit, or three", ""),
    row(DECKS, &[k('T')], Command::Theme, "the next theme", ""),
    row(DECKS, &[k('M')], Command::Mute, "mute, or not", ""),
    row(DECKS, &[k('R')], Command::Refresh, "read every host anew", ""),
    row(&[Place::Overview], &[k('I')], Command::Inbox, "inbox: alerts, drift, what mends it", "inbox"),
    row(&[Place::Store, Place::Backups], &[k('I')], Command::Inbox, "inbox: alerts, drift, what mends it", ""),
    row(FREE_OF_I, &[k('I'), k('i')], Command::Inbox, "inbox: alerts, drift, what mends it", ""),
    row(DECKS, &[k('N')], Command::Messages, "the messages so far", ""),
    row(DECKS, &[ctrl('p'), ctrl('k'), k(':')], Command::Palette, "find a command, unit or theme", "palette"),
    row(DECKS, &[k('?')], Command::Help, "the keys of this place", "help"),
    row(DECKS, &[ESC], Command::Back, "back", ""),
    row(DECKS, &[ctrl('t')], Command::Mouse, "free the mouse to select text", ""),
    row(DECKS, &[ctrl('l')], Command::Repaint, "paint the screen anew", ""),
    row(DECKS, &[ctrl('z')], Command::Suspend, "to the shell; fg comes back", ""),
    row(DECKS, &[k('X')], Command::Trouble, "trouble for the demo, and its end", "trouble"),
    row(DECKS, &[k('q'), ctrl('c')], Command::Quit, "quit: what runs goes on", "quit"),
];
