//! What a finding offers. What must hold: nothing that would remove a guest is among it.

use crate::domain::{
    care::{Drift, Finding, Mend},
    fleet::{Fleet, GuestKind},
};

impl Finding {
    /// The best one first; nothing where only looking is left to do. What cannot be done says why when it is asked for.
    pub fn mends(&self, fleet: &Fleet) -> Vec<Mend> {
        match (&self.drift, &self.app) {
            (Drift::Missing | Drift::Reused, Some(app)) => vec![Mend::Restore(app.clone()), Mend::Forget(app.clone())],
            (Drift::New, app) if self.is_container(fleet) => match app {
                Some(_) => vec![Mend::TakeIn(self.guest.clone())],
                None => vec![Mend::Adopt(self.guest.clone())],
            },
            (Drift::Changed(_), Some(app)) => vec![Mend::PutBack { app: app.clone(), finding: self.id }],
            _ => Vec::new(),
        }
    }

    fn is_container(&self, fleet: &Fleet) -> bool {
        fleet.guest(&self.guest).is_some_and(|guest| guest.kind == GuestKind::Container && !guest.is_template)
    }
}
