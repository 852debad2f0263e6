//! What a finding offers. What must hold: nothing that would remove a guest is among it.

use crate::domain::{
    backup::backups_of,
    care::{Drift, Finding, Mend},
    fleet::Fleet,
};

impl Finding {
    /// The best one first; nothing where only looking is left to do.
    pub fn mends(&self, fleet: &Fleet) -> Vec<Mend> {
        match (&self.drift, &self.app) {
            (Drift::Missing | Drift::Reused, Some(app)) => {
                let has_backup = fleet.app(app).is_some_and(|known| !backups_of(fleet, known).is_empty());
                let restore = has_backup.then(|| Mend::Restore(app.clone()));
                restore.into_iter().chain([Mend::Forget(app.clone())]).collect()
            }
            (Drift::New, Some(_)) => vec![Mend::TakeIn(self.guest.clone())],
            (Drift::New, None) => vec![Mend::Adopt(self.guest.clone())],
            (Drift::Changed(_), Some(app)) => vec![Mend::PutBack { app: app.clone(), finding: self.id }],
            (Drift::Missing | Drift::Reused | Drift::Changed(_), None) | (Drift::Moved { .. }, _) => Vec::new(),
        }
    }
}
