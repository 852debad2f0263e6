//! What a plan draws by chance: addresses of network cards, ids. What must hold: it is the system's chance, and where that
//! gives none the plan is not made.

use ring::rand::{SecureRandom, SystemRandom};

use crate::domain::fault::{Fault, FaultCode};

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        let why = "this machine gave no random bytes";
        Fault::passing(FaultCode::Failed, "the app was not planned", why, "try again")
    })?;
    Ok(bytes)
}

pub(super) fn hexadecimal<const N: usize>() -> Result<String, Fault> {
    Ok(random::<N>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// In the range that Proxmox itself uses.
pub(super) fn mac() -> Result<String, Fault> {
    let [a, b, c] = random::<3>()?;
    Ok(format!("BC:24:11:{a:02X}:{b:02X}:{c:02X}"))
}
