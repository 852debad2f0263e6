//! What an app says of itself, piece by piece. What must hold: nothing is held between two pieces, no console and no
//! connection, so that a follow is in nobody's way and goes on after whatever happened meanwhile.

use super::{Answer, Engine, listening};
use crate::{
    domain::{
        app::{App, Method},
        fault::{Fault, FaultCode},
        ids::AppId,
        log::{self, Folder, LogAsk, LogSource, Whole},
        plan::FOLDER,
    },
    operations::desk::no_such_app,
};

/// A piece has no more lines than this, however many are wished.
const MOST: u32 = 5_000;

impl Engine {
    pub(super) async fn app_log(&self, id: &AppId, ask: &LogAsk) -> Result<Answer, Fault> {
        let fleet = self.0.world.fleet();
        let app = fleet.app(id).ok_or_else(|| no_such_app(id))?;
        let ask = LogAsk { lines: ask.lines.min(MOST), ..ask.clone() };
        let script = log::script(Folder(FOLDER), &self.units_of(app).await, &ask);
        let printed = self.printed_inside(&app.guest, &script).await.map_err(|fault| keeps_nothing(app, fault))?;
        let is_cut = printed.len() >= listening::MOST;
        // Where it was cut its last line is half a line.
        let whole_lines = if is_cut { printed.rfind('\n').map_or("", |end| &printed[..end]) } else { &printed[..] };
        let told = log::read(whole_lines).ok_or_else(|| unheard(app))?;
        // What an image brings along of a journal is not what its program says.
        let is_image = app.method() == Some(Method::Oci);
        if told.source == LogSource::Console || (is_image && told.source == LogSource::Journal) {
            return Err(at_its_console(app));
        }
        let mut tail = log::fresh(told, &ask);
        if is_cut {
            tail.whole = Whole::LeftOut;
        }
        Ok(Answer::Log(Box::new(tail)))
    }

    /// Those that its recipe names; where there is none, all that the container writes down.
    async fn units_of(&self, app: &App) -> Vec<String> {
        let recipe = self.recipe_of(app).await.ok().flatten();
        let script = recipe.as_ref().and_then(|recipe| recipe.methods.script.as_ref());
        script
            .filter(|_| app.method() == Some(Method::Script))
            .map(|script| script.services.clone())
            .unwrap_or_default()
    }
}

/// An image is no system: where nobody gets in, the road is not what is missing.
fn keeps_nothing(app: &App, fault: Fault) -> Fault {
    let is_image = app.method() == Some(Method::Oci);
    if is_image && matches!(fault.code, FaultCode::Refused | FaultCode::Unreachable) && fault.what.contains("no road") {
        return at_its_console(app);
    }
    fault
}

fn at_its_console(app: &App) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{} keeps no log that could be read", app.name),
        "it is an image, and its one program writes to the console, which remembers nothing",
        format!(
            "[!] sits down at its console and shows what it writes from then on (`proximity app console {}`)",
            app.name
        ),
    )
}

fn unheard(app: &App) -> Fault {
    Fault::passing(
        FaultCode::Failed,
        format!("the log of {} was not told", app.name),
        "what was asked inside ended without a word",
        "try it again; `proximity app exec` shows whether commands work inside",
    )
}
