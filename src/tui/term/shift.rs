//! Rows that only moved are moved by the terminal itself. What must hold: this chooses what is cheap and never what is
//! shown; what it does not bring about, the comparison after it paints.

use std::{
    hash::{Hash, Hasher},
    ops::Range,
};

use ratatui::buffer::{Buffer, Cell};

use super::encoder::cells;

/// Whether the terminal can be trusted to move its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    Movable,
    Fixed,
}

/// How far rows went, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Travel {
    by: u16,
    towards: Towards,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Towards {
    Top,
    Bottom,
}

/// What a row costs in bytes where it stands, after it came from where it was, and where nothing is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    pub as_it_stands: usize,
    pub moved: usize,
    pub whole: usize,
}

/// The rows of a region travel in it; what they leave behind is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    region: Range<usize>,
    travel: Travel,
}

impl Travel {
    /// The one that most of the `costs` of the rows are due to; nothing where it is not even half of them.
    pub fn between(shown: &Buffer, next: &Buffer, costs: &[usize]) -> Option<Self> {
        let rows = next.area.height;
        let prints = |picture| (0..rows).map(|y| print(cells(picture, y))).collect();
        let (before, after): (Vec<u64>, Vec<u64>) = (prints(shown), prints(next));
        let came = |y: u16, from: u16| before[usize::from(from)] == after[usize::from(y)];
        let due = |travel: &Self| -> usize {
            let moved = (0..rows).filter(|y| travel.source(*y, rows).is_some_and(|from| came(*y, from)));
            moved.map(|y| costs[usize::from(y)]).sum()
        };
        let ways = (1..=rows / 2).flat_map(|by| [Towards::Top, Towards::Bottom].map(|towards| Self { by, towards }));
        let (spared, travel) = ways.map(|travel| (due(&travel), travel)).max_by_key(|(spared, _)| *spared)?;
        (spared * 2 >= costs.iter().sum::<usize>()).then_some(travel)
    }

    /// Where the row came from that is at `y` now, of so many rows.
    pub fn source(self, y: u16, rows: u16) -> Option<u16> {
        match self.towards {
            Towards::Top => y.checked_add(self.by).filter(|from| *from < rows),
            Towards::Bottom => y.checked_sub(self.by),
        }
    }

    /// The region in which it spares most.
    pub fn within(self, prices: &[Price]) -> Option<Shift> {
        let rows = prices.len();
        let spared = |price: &Price, cost: usize| price.as_it_stands as isize - cost as isize;
        let mut gains: Vec<isize> = prices.iter().map(|price| spared(price, price.moved)).collect();
        let mut losses: Vec<isize> = prices.iter().map(|price| spared(price, price.whole)).collect();
        if self.towards == Towards::Bottom {
            gains.reverse();
            losses.reverse();
        }
        let Range { start, end } = best_region(&gains, &losses, self.by.into())?;
        let region = if self.towards == Towards::Top { start..end } else { rows - end..rows - start };
        Some(Shift { region, travel: self })
    }
}

/// For a way up by so many rows: the rows of the region gain, but for the last ones, which are uncovered.
fn best_region(gains: &[isize], losses: &[isize], by: usize) -> Option<Range<usize>> {
    let (mut start, mut gain) = (0, 0);
    let regions = (0..gains.len().checked_sub(by)?).map(|y| {
        if gain <= 0 {
            (start, gain) = (y, 0);
        }
        gain += gains[y];
        let end = y + 1 + by;
        (gain + losses[y + 1..end].iter().sum::<isize>(), start..end)
    });
    let (gain, region) = regions.max_by_key(|(gain, _)| *gain)?;
    (gain > 0).then_some(region)
}

impl Shift {
    /// Lines are deleted and inserted, not scrolled: the Linux console knows only that. The cursor is home afterwards.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (first, last) = (self.region.start + 1, self.region.end);
        let letter = if self.travel.towards == Towards::Top { 'M' } else { 'L' };
        out.extend(format!("\x1b[{first};{last}r\x1b[{first}H\x1b[{}{letter}\x1b[r", self.travel.by).into_bytes());
    }

    /// Does to the cells what the terminal does to its own.
    pub fn apply(&self, shown: &mut Buffer) {
        let width = usize::from(shown.area.width);
        let far = width * usize::from(self.travel.by);
        let Some(cells) = shown.content.get_mut(self.region.start * width..self.region.end * width) else { return };
        match self.travel.towards {
            Towards::Top => cells.rotate_left(far),
            Towards::Bottom => cells.rotate_right(far),
        }
    }

    /// Whether nothing is known of this row afterwards.
    pub fn uncovers(&self, y: u16) -> bool {
        let (Range { start, end }, by) = (self.region.clone(), usize::from(self.travel.by));
        let uncovered = if self.travel.towards == Towards::Top { end - by..end } else { start..start + by };
        uncovered.contains(&usize::from(y))
    }
}

/// Rows that are alike have the same one. That two others share one costs bytes, not truth.
fn print(row: &[Cell]) -> u64 {
    let mut print = Print::default();
    row.hash(&mut print);
    print.finish()
}

/// Many cells quickly: nobody chooses them to collide.
#[derive(Default)]
struct Print(u64);

impl Print {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for Print {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            self.add(chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.add(number.into());
    }

    fn write_isize(&mut self, number: isize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
