//! The shortest way for the cursor. What must hold: after a letter whose width the terminal may see otherwise, the next
//! move says the column outright.

/// Where the terminal's cursor is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whereabouts {
    #[default]
    Unknown,
    /// In this row; the column is not certain.
    Row(u16),
    At(u16, u16),
}

/// The bytes that bring the cursor to `x`, `y`.
pub fn way(from: Whereabouts, x: u16, y: u16, out: &mut Vec<u8>) {
    if from == Whereabouts::At(x, y) {
        return;
    }
    let outright = outright(x, y);
    let relative = match from {
        Whereabouts::Unknown => None,
        Whereabouts::Row(row) => Some([vertical(row, y), across(None, x)].concat()),
        Whereabouts::At(column, row) => Some([vertical(row, y), across(Some(column), x)].concat()),
    };
    out.extend(relative.filter(|way| way.len() < outright.len()).unwrap_or(outright));
}

fn outright(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, _) => format!("\x1b[{}H", y + 1).into_bytes(),
        _ => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

/// Raw mode leaves a line feed alone, so it only goes down.
fn vertical(from: u16, to: u16) -> Vec<u8> {
    if to >= from {
        let feeds = vec![b'\n'; usize::from(to - from)];
        shorter(feeds, steps(to - from, 'B'))
    } else {
        shorter(steps(from - to, 'A'), format!("\x1b[{}d", to + 1).into_bytes())
    }
}

fn across(from: Option<u16>, to: u16) -> Vec<u8> {
    let outright = format!("\x1b[{}G", to + 1).into_bytes();
    let from_left = [vec![b'\r'], steps(to, 'C')].concat();
    let best = shorter(from_left, outright);
    match from {
        None => best,
        Some(from) if from <= to => shorter(steps(to - from, 'C'), best),
        Some(from) => {
            let back = vec![8; usize::from(from - to)];
            shorter(shorter(back, steps(from - to, 'D')), best)
        }
    }
}

fn steps(count: u16, direction: char) -> Vec<u8> {
    match count {
        0 => Vec::new(),
        1 => format!("\x1b[{direction}").into_bytes(),
        _ => format!("\x1b[{count}{direction}").into_bytes(),
    }
}

fn shorter(a: Vec<u8>, b: Vec<u8>) -> Vec<u8> {
    if b.len() < a.len() { b } else { a }
}
