//! Where the columns of a front stand. Every unit of a rack has the same, so that numbers line up.

/// From, to, in cells from the body's left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub from: u16,
    pub width: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    pub name: Span,
    pub place: Span,
    pub gauges: Span,
    /// Nothing on narrow racks.
    pub traffic: Option<Span>,
    pub status: Span,
}

impl Columns {
    pub fn of(width: u16) -> Self {
        let width = width.saturating_sub(2);
        let has_traffic = width >= 98;
        // Least and most cells of name, place, gauges, traffic, status.
        let least: [u16; 5] = if has_traffic { [22, 18, 18, 22, 13] } else { [18, 17, 15, 0, 11] };
        let most: [u16; 5] = if has_traffic { [32, 28, 30, 38, 16] } else { [24, 22, 22, 0, 14] };
        let gaps = if has_traffic { 4 } else { 3 };
        let gap: u16 = if width >= least.iter().sum::<u16>() + gaps * 3 { 3 } else { 2 };
        let mut widths = least;
        let mut rest = width.saturating_sub(least.iter().sum::<u16>() + gaps * gap);
        // The gauges and the name gain most from room; each takes in turn until it has its fill.
        while rest > 0 && widths != most {
            for i in 0..5 {
                if rest > 0 && widths[i] < most[i] {
                    widths[i] += 1;
                    rest -= 1;
                }
            }
        }
        let gap = gap + rest / gaps;
        Self::lay(widths, gap, has_traffic)
    }

    fn lay(widths: [u16; 5], gap: u16, has_traffic: bool) -> Self {
        let mut from = 1;
        let mut next = |width: u16| {
            let span = Span { from, width };
            from += width + gap;
            span
        };
        let (name, place, gauges) = (next(widths[0]), next(widths[1]), next(widths[2]));
        let traffic = has_traffic.then(|| next(widths[3]));
        Self { name, place, gauges, traffic, status: next(widths[4]) }
    }

    /// The right part of the body, which becomes a display while something runs.
    pub fn display(&self) -> Span {
        let from = self.gauges.from;
        Span { from, width: self.status.from + self.status.width - from }
    }
}
