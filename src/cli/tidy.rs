//! `proximity host tidy`: clears away what operations left over. What must hold: what goes was shown before.

use super::{
    arguments::Moving,
    begin::carry_out,
    face::Face,
    named::host_now,
    rows::PlanRow,
    sheet::{self, Detail},
};
use crate::{
    domain::{fault::Fault, plan::PlanKind},
    engine::Request,
};

pub async fn tidy(name: &str, moving: &Moving, face: Face<'_>) -> Result<(), Fault> {
    let request = Request::Tidy(host_now(name, face).await?);
    let preview = face.preview(&request).await?;
    if moving.plan {
        face.printer.result(&PlanRow::of(&preview), || sheet::lines(&preview, Detail::Titles));
        return Ok(());
    }
    sheet::lines(&preview, Detail::Titles).iter().for_each(|line| face.printer.aside(line));
    face.say_yes(&format!("clear away what operations left over on {name}?"), PlanKind::Tidy, name)?;
    carry_out(request, face).await
}
