//! What the environment says of the terminal, and in which order it is believed.

use proximity::{
    settings::{Colour, Glyphs},
    tui::{
        canvas::Charset,
        term::{Belief, Certainty, Erase, Rows, Surroundings},
        theme::Depth,
    },
};

fn said(term: &str, colorterm: &str, no_color: &str) -> Surroundings {
    Surroundings {
        term: term.into(),
        colorterm: colorterm.into(),
        no_color: no_color.into(),
        ..Surroundings::default()
    }
}

#[test]
fn the_operator_is_believed_before_no_color_before_colorterm_before_term() {
    let all = said("xterm-256color", "truecolor", "1");
    assert_eq!(all.depth(Colour::Indexed).depth, Depth::Indexed);
    assert_eq!(all.depth(Colour::Auto).depth, Depth::None);
    assert_eq!(said("xterm-256color", "truecolor", "").depth(Colour::Auto).depth, Depth::True);
    assert_eq!(said("xterm-256color", "yes", "").depth(Colour::Auto).depth, Depth::Indexed);
}

#[test]
fn only_a_terminal_that_may_know_better_is_asked() {
    let by_term = |term| said(term, "", "").depth(Colour::Auto);
    let settled = |depth| Belief { depth, certainty: Certainty::Settled };
    let asked = |depth| Belief { depth, certainty: Certainty::WorthAsking };
    for (term, belief) in [
        ("xterm-256color", asked(Depth::Indexed)),
        ("xterm", asked(Depth::Named)),
        ("xterm-kitty", settled(Depth::True)),
        ("xterm-direct", settled(Depth::True)),
        ("alacritty", settled(Depth::True)),
        ("tmux-256color", settled(Depth::Indexed)),
        ("screen-256color", settled(Depth::Indexed)),
        ("screen", settled(Depth::Named)),
        ("linux", settled(Depth::Named)),
        ("vt220", settled(Depth::None)),
        ("dumb", settled(Depth::None)),
        ("", settled(Depth::Named)),
    ] {
        assert_eq!(by_term(term), belief, "{term}");
    }
    assert_eq!(said("xterm", "", "").depth(Colour::True).certainty, Certainty::Settled);
}

#[test]
fn glyphs_follow_the_locale_unless_chosen() {
    let at = |locale: &str, term: &str| Surroundings { locale: locale.into(), ..said(term, "", "") };
    for (locale, charset) in [
        ("it_IT.UTF-8", Charset::Unicode),
        ("C.utf8", Charset::Unicode),
        ("de_DE@euro", Charset::Ascii),
        ("C", Charset::Ascii),
        ("", Charset::Ascii),
    ] {
        assert_eq!(at(locale, "xterm").charset(Glyphs::Auto), charset, "{locale}");
    }
    assert_eq!(at("C", "xterm").charset(Glyphs::Unicode), Charset::Unicode);
    assert_eq!(at("C.UTF-8", "xterm").charset(Glyphs::Ascii), Charset::Ascii);
    assert_eq!(at("C.UTF-8", "linux").charset(Glyphs::Auto), Charset::Ascii);
}

#[test]
fn terminals_that_erase_in_their_own_way_are_not_erased() {
    assert_eq!(said("screen-256color", "", "").erase(), Erase::Unsafe);
    assert_eq!(said("screen.xterm-256color", "", "").erase(), Erase::Unsafe);
    assert_eq!(said("tmux-256color", "", "").erase(), Erase::Unsafe);
    assert_eq!(said("xterm-256color", "", "").erase(), Erase::Coloured);
    assert_eq!(said("", "", "").erase(), Erase::Unsafe);
}

#[test]
fn rows_are_moved_on_every_terminal_that_says_its_name() {
    for term in ["xterm-256color", "linux", "screen", "tmux-256color", "alacritty", "foot", "xterm-kitty"] {
        assert_eq!(said(term, "", "").rows(), Rows::Movable, "{term}");
    }
    for term in ["", "dumb", "unknown", "vt100"] {
        assert_eq!(said(term, "", "").rows(), Rows::Fixed, "{term}");
    }
}
