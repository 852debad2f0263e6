//! How a job is stopped, and how its traces go.

use super::{JobId, run};
use crate::{
    domain::quote::quoted,
    exec::{ask::Ask, error::ExecError, link::Link},
};

/// Asks what runs to end; what does not heed that is killed.
pub async fn stop(link: &mut Link, id: &JobId) -> Result<(), ExecError> {
    let dir = link.ground.job(id.as_str());
    let command = format!(
        "cd {dir} 2>/dev/null||exit 0;p=$(cat pid)||exit 0;k(){{ kill -$1 -$p 2>/dev/null||kill -$1 $p 2>/dev/null;}};\
         k TERM;i=0;while k 0&&[ $i -lt 30 ];do sleep .1;i=$((i+1));done;k KILL;[ -e rc ]||echo 143 >rc;:"
    );
    run(link, "the script could not be stopped", command).await.map(drop)
}

/// Leaves nothing of a job behind, nor of those whose end nobody asked for within a week; gives the terminal back.
pub async fn forget(link: &mut Link, id: &JobId) -> Result<(), ExecError> {
    let (dir, all) = (link.ground.job(id.as_str()), quoted(&format!("{}/jobs", link.ground.folder)));
    let command = format!(
        "cd /;rm -rf {dir};find {all} -maxdepth 2 -name rc -mtime +7 2>/dev/null|while read -r r;do rm -rf \"${{r%/rc}}\";done"
    );
    link.ask(&Ask::new(command).last()).await.map(drop)
}
