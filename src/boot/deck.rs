//! The deck's start.
use crate::{cli::Arguments, domain::fault::Fault};
pub async fn show(_: &Arguments) -> Result<(), Fault> {
    Ok(())
}
