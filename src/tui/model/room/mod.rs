//! The room as the operator arranged it: cabinets, widgets, cables, and layouts under names of their own. What must hold: it
//! is kept as soon as it is changed, and what is not understood of it any more is as if it had never been arranged.

pub mod racks;
pub mod row;

use serde::{Deserialize, Serialize};

use self::{
    racks::Racks,
    row::{Placed, Row, Widget},
};
use super::memory::Remembered;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    pub racks: Racks,
    pub row: Row,
    pub view: View,
    pub cables: Cables,
    /// What the operator wrote down, line by line.
    pub notes: Vec<String>,
}

impl Remembered for Room {
    const NAME: &'static str = "room";
}

/// How much is told of what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Everything.
    #[default]
    Full,
    /// Lights and gauges, for a screen that is looked at from afar.
    Wall,
    /// Names and lights alone.
    Quiet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cables {
    #[default]
    Hidden,
    Shown,
}

impl Cables {
    pub fn other(self) -> Self {
        if self == Self::Hidden { Self::Shown } else { Self::Hidden }
    }
}

/// A room under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub name: String,
    pub row: Row,
    pub view: View,
    pub cables: Cables,
    /// Where the cabinets and units stand; a layout that is shipped leaves them where they are.
    #[serde(default)]
    pub racks: Option<Racks>,
}

/// Those of the operator.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layouts(pub Vec<Layout>);

impl Remembered for Layouts {
    const NAME: &'static str = "layouts";
}

impl Layouts {
    /// Those that are shipped, and the operator's own; his own take the place of those of the same name.
    pub fn all(&self) -> Vec<Layout> {
        let is_his = |layout: &Layout| self.0.iter().any(|his| his.name == layout.name);
        let shipped = shipped().into_iter().filter(|layout| !is_his(layout));
        shipped.chain(self.0.iter().cloned()).collect()
    }

    pub fn save(&mut self, layout: Layout) {
        match self.0.iter_mut().find(|his| his.name == layout.name) {
            Some(his) => *his = layout,
            None => self.0.push(layout),
        }
    }
}

fn shipped() -> [Layout; 3] {
    let layout = |name: &str, view, row: Vec<Placed>| Layout {
        name: name.into(),
        row: Row(row),
        view,
        cables: Cables::Hidden,
        racks: None,
    };
    let wall = [Widget::Apps, Widget::Cpu, Widget::Memory, Widget::Storage, Widget::Attention];
    let wall = wall.into_iter().map(Placed::of).chain([Placed::wide(Widget::Clock)]);
    [
        layout("home", View::Full, Row::default().0),
        layout("wall", View::Wall, wall.collect()),
        layout("quiet", View::Quiet, vec![Placed::of(Widget::Attention), Placed::of(Widget::Clock)]),
    ]
}

impl Room {
    pub fn saved_as(&self, name: &str) -> Layout {
        let Self { racks, row, view, cables, .. } = self.clone();
        Layout { name: name.to_owned(), row, view, cables, racks: Some(racks) }
    }

    /// Takes on a layout. Whoever came since keeps his place, or gets one.
    pub fn take(&mut self, layout: Layout) {
        (self.row, self.view, self.cables) = (layout.row, layout.view, layout.cables);
        let Some(racks) = layout.racks else { return };
        let before = std::mem::replace(&mut self.racks, racks);
        let new = before.cabinets.into_iter().filter(|rack| self.racks.find(&rack.node).is_none()).collect::<Vec<_>>();
        self.racks.cabinets.extend(new);
    }
}
