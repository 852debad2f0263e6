//! A file that is carried into a guest, over an older one that must not be half of anything meanwhile.

use std::path::PathBuf;

use proximity::exec::{self, ExecError, NewFile};

use tokio_util::sync::CancellationToken;

use super::{super::lab::Lab, Work, chance::Chance, link, mischief::Mischief};

pub struct Upload {
    file: PathBuf,
    bytes: Vec<u8>,
}

const OLD: &[u8] = b"what stood there before";
const LARGEST: usize = 3 << 20;
/// Larger ones are looked at in place.
const FETCHED: usize = 100_000;

impl Upload {
    pub fn plan(lab: &Lab, chance: &mut Chance, marker: String) -> Self {
        let file = lab.root().join(marker);
        std::fs::write(&file, OLD).unwrap();
        let size = chance.size_up_to(LARGEST);
        Self { file, bytes: chance.bytes(size) }
    }
}

impl Work for Upload {
    async fn go(&mut self, lab: &Lab) -> Result<(), ExecError> {
        let (mut link, path) = (link(lab).await?, self.file.display().to_string());
        let size = exec::put(&mut link, &*self.bytes, &NewFile::at(&path), |_| {}, &CancellationToken::new()).await?;
        assert_eq!(size, self.bytes.len() as u64);
        if self.bytes.len() <= FETCHED {
            let mut back = Vec::new();
            exec::get(&mut link, &path, &mut back, |_, _| {}, &CancellationToken::new()).await?;
            assert!(back == self.bytes, "it comes back as it went");
        }
        link.leave().await;
        Ok(())
    }

    fn is_done(&self, _: &Lab) -> Result<(), String> {
        let there = std::fs::read(&self.file).unwrap();
        if there == self.bytes { Ok(()) } else { Err(format!("{} bytes for {}", there.len(), self.bytes.len())) }
    }

    fn may_fail(&self, _: &Lab, mischief: Mischief, error: &ExecError) -> bool {
        let there = std::fs::read(&self.file).unwrap();
        matches!(error, ExecError::Stopped { .. }) && mischief.is_reboot() && (there == OLD || there == self.bytes)
    }
}
