//! Trouble in the demo: thrown and mended by the same key. The hosts are read anew at once, so that it shows.

use super::Turn;
use crate::{
    domain::mischief::{Meddling, Mischief},
    engine::Change,
    tui::{
        effect::Effect,
        layers::Layer,
        model::{Demo, Wish},
    },
};

impl Turn<'_> {
    /// Only the demo has a datacenter that trouble can be made in.
    pub fn lay_trouble(&mut self) {
        if self.model.demo == Demo::Demo {
            self.model.layers.push(Layer::Trouble { at: 0 });
        }
    }

    pub fn meddle_under_hand(&mut self) {
        let Some(Layer::Trouble { at }) = self.model.layers.last() else { return };
        if let Some(mischief) = Mischief::ALL.get(*at) {
            self.meddle(*mischief);
        }
    }

    /// Makes it, or mends it where it is made already.
    pub fn meddle(&mut self, mischief: Mischief) {
        let meddling = match self.model.mischief.remove(&mischief) {
            true => Meddling::Mend(mischief),
            false => {
                self.model.mischief.insert(mischief);
                Meddling::Throw(mischief)
            }
        };
        self.do_meddling(&[meddling]);
    }

    pub fn mend_all(&mut self) {
        let all: Vec<_> = std::mem::take(&mut self.model.mischief).into_iter().map(Meddling::Mend).collect();
        if all.is_empty() {
            return self.echo("nothing is wrong".into());
        }
        self.do_meddling(&all);
    }

    fn do_meddling(&mut self, all: &[Meddling]) {
        self.echo(match all {
            [Meddling::Throw(mischief)] => mischief.words().into(),
            [Meddling::Mend(mischief)] => format!("mended: {}", mischief.words()),
            _ => "all is mended".into(),
        });
        self.effects.extend(all.iter().map(|meddling| Effect::Meddle(*meddling)));
        self.change(Wish::Refresh, Change::Refresh);
    }
}
