//! Which columns the board has, and how wide each is. What must hold: what matters most goes last when room is short.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Name,
    Age,
    Size,
    Storage,
    Last,
    Next,
    Inside,
    Proved,
    Count,
    Nights,
}

impl Column {
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "app",
            Self::Age => "newest",
            Self::Size => "size",
            Self::Storage => "on",
            Self::Last => "last run",
            Self::Next => "next",
            Self::Inside => "inside",
            Self::Proved => "proved",
            Self::Count => "all",
            Self::Nights => "last 14 days",
        }
    }

    /// Numbers stand at the right of their column.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Age | Self::Size | Self::Count)
    }

    /// What it needs at least, and what it can use.
    fn bounds(self) -> (u16, u16) {
        match self {
            Self::Name => (12, 28),
            Self::Age => (6, 6),
            Self::Size => (8, 8),
            Self::Storage => (9, 16),
            Self::Last => (10, 34),
            Self::Next => (6, 6),
            Self::Inside => (10, 30),
            Self::Proved => (8, 8),
            Self::Count => (13, 13),
            Self::Nights => (14, 14),
        }
    }
}

/// In the order in which they are given up.
const SPARE: [Column; 7] =
    [Column::Nights, Column::Count, Column::Storage, Column::Inside, Column::Next, Column::Last, Column::Size];
pub const GAP: u16 = 2;

/// In their order on the board.
pub fn columns(room: u16) -> Vec<(Column, u16)> {
    let mut there = vec![
        Column::Name,
        Column::Age,
        Column::Size,
        Column::Storage,
        Column::Last,
        Column::Next,
        Column::Inside,
        Column::Proved,
        Column::Count,
        Column::Nights,
    ];
    let need = |there: &[Column]| there.iter().map(|column| column.bounds().0 + GAP).sum::<u16>();
    for spare in SPARE {
        if need(&there) > room {
            there.retain(|column| *column != spare);
        }
    }
    let mut rest = room.saturating_sub(need(&there));
    let mut wide: Vec<(Column, u16)> = there.iter().map(|column| (*column, column.bounds().0)).collect();
    while rest > 0 && wide.iter().any(|(column, width)| *width < column.bounds().1) {
        for (column, width) in &mut wide {
            if rest > 0 && *width < column.bounds().1 {
                *width += 1;
                rest -= 1;
            }
        }
    }
    wide
}
