//! How a job is stopped, and how its traces go. What must hold: nothing but the job is stopped, and what is left of it
//! keeps a late word from beginning it again.

use super::{JobId, run};
use crate::{
    domain::quote::quoted,
    exec::{ask::Ask, error::ExecError, link::Link},
};

/// Asks what runs to end; what does not heed that is killed. Whether there was something to stop.
pub async fn stop(link: &mut Link, id: &JobId) -> Result<bool, ExecError> {
    let (dir, mark) = (link.ground.job(id.as_str()), &link.ground.mark);
    let command = format!(
        "cd {dir} 2>/dev/null&&[ -L pid ]&&[ ! -L rc ]&&[ \"$({mark})\" = \"$(cat boot)\" ]||{{ echo nothing;exit 0;}};\
         p=$(readlink pid);k(){{ kill -$1 -$p 2>/dev/null||kill -$1 $p 2>/dev/null;}};\
         k TERM;i=0;while k 0&&[ $i -lt 30 ];do sleep .1;i=$((i+1));done;k KILL;ln -s 143 rc 2>/dev/null;:"
    );
    Ok(run(link, "the script could not be stopped", command).await? != "nothing")
}

/// Leaves of a job only that it was, for some days. Those whose end nobody asked for go after that time.
pub async fn forget(link: &mut Link, id: &JobId) -> Result<(), ExecError> {
    let (dir, all) = (link.ground.job(id.as_str()), quoted(&format!("{}/jobs", link.ground.folder)));
    let command = format!(
        "cd {dir} 2>/dev/null&&rm -f run* out err boot*;cd /;\
         find {all} -mindepth 1 -maxdepth 1 -mtime +2 2>/dev/null|while read -r d;do \
         [ -L \"$d/rc\" ]||[ ! -L \"$d/pid\" ]||! kill -0 $(readlink \"$d/pid\") 2>/dev/null&&rm -rf \"$d\";done"
    );
    link.ask(&Ask::new(command)).await.map(drop)
}
