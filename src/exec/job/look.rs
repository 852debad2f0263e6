//! A look at a job: how it stands, and the next pieces of what it wrote. What must hold: the pieces of a job that ended are
//! all there are.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{JobId, Standing, why};
use crate::exec::{ask::Ask, error::ExecError, ground::Ground, link::Link, slice::slice};

/// What was seen of a job at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub standing: Standing,
    /// How much there is by now, of both.
    pub sizes: [u64; 2],
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

/// How long a look waits inside the guest for something new.
const ROUNDS: u32 = 8;

/// Looks at a job from these places of its output on; waits a little for something new.
pub async fn look(link: &mut Link, id: &JobId, from: [u64; 2], behind: [u64; 2]) -> Result<Look, ExecError> {
    let shares = shares(link.load().get, from, behind);
    let reply = link.ask(&Ask::new(look_command(&link.ground, id, from, shares))).await?;
    read_look(&reply.text).ok_or_else(|| ExecError::Inside {
        what: format!("the job {} on {} cannot be looked at", id.as_str(), link.guest),
        why: why(&reply.text),
    })
}

/// Whoever waits gets most of the room.
fn shares(room: usize, from: [u64; 2], known: [u64; 2]) -> [usize; 2] {
    let waits = |n: usize| known[n] > from[n];
    match (waits(0), waits(1)) {
        (true, true) => [room / 2, room / 2],
        (false, true) => [room / 8, room - room / 8],
        _ => [room - room / 8, room / 8],
    }
}

fn look_command(ground: &Ground, id: &JobId, [a, b]: [u64; 2], [room_a, room_b]: [usize; 2]) -> String {
    let (dir, mark) = (ground.job(id.as_str()), &ground.mark);
    let (out, err) = (slice("out", a, room_a), slice("err", b, room_b));
    format!(
        "cd {dir} 2>/dev/null||{{ echo n;exit;}};z(){{ n=$(wc -c <$1);echo $((n));}};i=0;\
         while [ ! -e rc ]&&[ $i -lt {ROUNDS} ]&&kill -0 \"$(cat pid)\" 2>/dev/null&&[ $(z out) -le {a} ]&&[ $(z err) -le {b} ];\
         do sleep .1;i=$((i+1));done;\
         if [ -e rc ];then s=e$(cat rc);elif [ ! -d claim ];then s=w;elif [ \"$({mark})\" != \"$(cat boot)\" ];then s=b;\
         elif [ ! -s pid ]||kill -0 $(cat pid) 2>/dev/null;then s=r;elif [ -e rc ];then s=e$(cat rc);else s=k;fi;\
         echo $s $(z out) $(z err) $({out}): $({err}):"
    )
}

fn read_look(text: &str) -> Option<Look> {
    let mut words = text.lines().last()?.split(' ');
    let standing = standing(words.next()?)?;
    if standing == Standing::Unknown {
        return Some(Look { standing, sizes: [0, 0], out: Vec::new(), err: Vec::new() });
    }
    let sizes = [words.next()?.parse().ok()?, words.next()?.parse().ok()?];
    let mut bytes = || STANDARD.decode(words.next()?.strip_suffix(':')?).ok();
    Some(Look { standing, sizes, out: bytes()?, err: bytes()? })
}

fn standing(word: &str) -> Option<Standing> {
    Some(match word {
        "n" => Standing::Unknown,
        "w" => Standing::Waiting,
        "r" => Standing::Running,
        "k" => Standing::Killed,
        "b" => Standing::Restarted,
        code => Standing::Ended(code.strip_prefix('e')?.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;
    use crate::exec::seat;

    #[test]
    fn what_is_looked_at_is_read_back() {
        let look = read_look("noise\ne3 5 2 aGVsbG8=: eA==:").unwrap();
        assert_eq!(
            look,
            Look { standing: Standing::Ended(3), sizes: [5, 2], out: b"hello".to_vec(), err: b"x".to_vec() }
        );
        assert_eq!(read_look("n").unwrap().standing, Standing::Unknown);
        for nonsense in ["", "e 1 2 : :", "r 1 2 a: :", "r x 2 : :", "q 0 0 : :", "r 1 2 : "] {
            assert_eq!(read_look(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn the_lines_fit_the_narrowest_road() {
        let (ground, id) = (Ground::default(), JobId::from_str(&"a".repeat(64)).unwrap());
        let most = [u64::MAX / 2; 2];
        assert!(look_command(&ground, &id, most, [9_000, 9_000]).len() <= seat::LOAD.command);
    }
}
