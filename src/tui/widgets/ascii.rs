//! What every glyph of the deck becomes on a terminal that has only ASCII. One cell stays one cell, so nothing moves.

/// The stand-in for a glyph; ASCII stands for itself.
pub fn plain(glyph: char) -> char {
    match glyph {
        _ if glyph.is_ascii() => glyph,
        '●' => '*',
        '◉' => '@',
        '◐' => '!',
        '○' => 'o',
        '◌' => '~',
        '◔' => '+',
        '◑' => '&',
        '◍' => '%',
        '✖' => 'x',
        '◇' => '^',
        '⊸' => 'K',
        '▤' => '=',
        '▧' => '\\',
        '▥' => '|',
        '▨' => '/',
        '✓' => 'v',
        '⊖' | '·' | '─' | '▔' | '–' | '—' => '-',
        '⊘' => '/',
        '⊕' => '+',
        '└' => '`',
        '├' | '│' | '▌' | '▐' | '▏' | '▕' | '┃' => '|',
        '░' => ':',
        '▒' => '%',
        '█' => '#',
        '▰' => '#',
        '▱' => '.',
        '▁' => '_',
        '▂' => '.',
        '▃' => '-',
        '▄' => '=',
        '▅' => '+',
        '▆' => '*',
        '▇' => '%',
        '▀' => '"',
        '↓' => 'v',
        '↑' => '^',
        '→' | '▸' => '>',
        '←' | '‹' => '<',
        '›' => '>',
        '×' => 'x',
        '★' => '*',
        '↻' => 'r',
        '✎' => 'e',
        '…' => '~',
        '•' => '*',
        '\u{2800}'..='\u{28ff}' => dots(glyph),
        '✻' => '*',
        '✽' => '+',
        '╭' | '╮' => '.',
        '╰' | '╯' => '\'',
        '┤' | '┬' | '┴' | '┼' => '+',
        '╴' | '╶' => '-',
        '⏚' => '=',
        // What programs in a console draw with.
        '━' | '═' | '╌' | '╍' | '┄' | '┅' | '┈' | '┉' => '-',
        '║' | '╎' | '╏' | '┆' | '┇' | '┊' | '┋' => '|',
        '\u{2500}'..='\u{257f}' => '+',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        _ => '?',
    }
}

/// Dots of braille: the more rows of them, the denser.
fn dots(glyph: char) -> char {
    let bits = u32::from(glyph) & 0xff;
    let rows = [0x09, 0x12, 0x24, 0xc0].iter().filter(|row| bits & **row != 0).count();
    [' ', '.', ':', '|', '#'][rows]
}
