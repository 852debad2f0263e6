//! A game with the judge: it says what comes next, chance says what comes of it, and beside it an account of the world is
//! kept that knows nothing of how the judge thinks.

use proximity::domain::{
    fault::{Fault, FaultCode},
    ids::{Upid, Vmid},
    moment::Moment,
    plan::{
        OnFailure, Plan, Step,
        journal::{Choice, Entry, Move, Outcome, Output, Reservation, next_move, output_of},
    },
};

use super::super::world::fault;

/// What comes of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    Well,
    Fails,
    /// Its host cannot be reached any more.
    Unseen,
    /// In passing.
    Waits,
    /// The program dies after the step acted, and nothing is written.
    Crashes,
    Cancelled,
    /// An earlier step has to stand differently first.
    Instead,
    /// The operator keeps what was made.
    Keep,
    /// The operator tries again.
    Retried,
}

pub struct Game<'a> {
    plan: &'a Plan,
    chances: std::vec::IntoIter<Chance>,
    pub journal: Vec<Entry>,
    /// What each step may have left in the world, and nobody has taken back.
    stands: Vec<bool>,
    bridge: Bridge,
    /// Since the last try.
    was_cancelled: bool,
    answer: Option<Choice>,
    has_undone: bool,
}

/// How it stands with the step that burns the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bridge {
    Stands,
    /// It began, and what came of it is not known.
    Perhaps,
    Burnt,
}

impl Bridge {
    /// Who tries again looks first: an order that was refused then has burnt nothing.
    fn after(i: usize, is_order: bool, entry: Option<&Entry>) -> Self {
        match entry {
            Some(Entry::Did(step, _)) if *step == i => Self::Burnt,
            Some(Entry::Failed(_, fault)) if is_order && fault.code != FaultCode::Unreachable => Self::Stands,
            _ => Self::Perhaps,
        }
    }
}

/// More than any plan here needs, however unlucky.
const MOVES: usize = 2_000;

impl<'a> Game<'a> {
    pub fn of(plan: &'a Plan, chances: Vec<Chance>) -> Self {
        Self {
            plan,
            chances: chances.into_iter(),
            journal: Vec::new(),
            stands: vec![false; plan.steps.len()],
            bridge: Bridge::Stands,
            was_cancelled: false,
            answer: None,
            has_undone: false,
        }
    }

    /// Until its end, or until a law is broken.
    pub fn play(&mut self) -> Result<(), String> {
        for _ in 0..MOVES {
            let chance = self.chances.next().unwrap_or(Chance::Well);
            match next_move(self.plan, &self.journal) {
                Move::Do(i) | Move::WaitUntil(i, _) => self.advance(i, chance)?,
                Move::Undo(i) => self.take_back(i, chance)?,
                Move::Ask => self.ask(chance)?,
                Move::Finish(outcome) => {
                    self.end(outcome)?;
                    if chance != Chance::Retried || outcome == Outcome::Done {
                        return Ok(());
                    }
                    self.retry();
                }
            }
        }
        Err("no end".into())
    }

    fn advance(&mut self, i: usize, chance: Chance) -> Result<(), String> {
        let freed = |entry: &Entry| matches!(entry, Entry::Waits(..) | Entry::Undid(_) | Entry::Retried);
        let since = self.journal.iter().rev().take_while(|entry| !freed(entry));
        let is_instead = |entry: &Entry| matches!(entry, Entry::Did(step, _) if *step == i);
        law(!since.into_iter().any(is_instead), format!("step {i} is done twice"))?;
        if self.was_cancelled {
            law(self.is_beyond(), format!("step {i} is begun although all was cancelled"))?;
        }
        self.journal.push(Entry::Began(i));
        let entry = self.comes_of(i, chance);
        self.stands[i] = true;
        if self.plan.no_return == Some(i) {
            let is_order =
                matches!(self.plan.steps.get(i + 1), Some(Step::AwaitTask { begun_by, .. }) if *begun_by == i);
            self.bridge = match self.bridge {
                Bridge::Burnt => Bridge::Burnt,
                _ => Bridge::after(i, is_order, entry.as_ref()),
            };
        }
        self.was_cancelled |= entry == Some(Entry::CancelAsked);
        self.journal.extend(entry);
        Ok(())
    }

    fn comes_of(&self, i: usize, chance: Chance) -> Option<Entry> {
        match chance {
            Chance::Fails => Some(Entry::Failed(i, fault())),
            Chance::Unseen => Some(Entry::Failed(i, unreachable())),
            Chance::Waits => Some(Entry::Waits(i, fault(), Moment(1))),
            Chance::Crashes => None,
            Chance::Cancelled => Some(Entry::CancelAsked),
            Chance::Instead => Some(Entry::Did(self.reserved_before(i).unwrap_or(i), output_for(i))),
            Chance::Well | Chance::Keep | Chance::Retried => Some(Entry::Did(i, output_for(i))),
        }
    }

    fn reserved_before(&self, i: usize) -> Option<usize> {
        self.plan.steps[..i].iter().rposition(|step| matches!(step, Step::Reserve(_)))
    }

    fn is_beyond(&self) -> bool {
        self.bridge != Bridge::Stands
    }

    fn owed(&self, i: usize) -> bool {
        self.plan.steps[i].owes_undo() && self.stands[i] && i >= self.for_good()
    }

    /// Where what may be taken back begins.
    fn for_good(&self) -> usize {
        let is_done = |at: usize| (0..=at).all(|step| output_of(&self.journal, step).is_some());
        self.plan.stays.iter().filter(|at| is_done(**at)).max().map_or(0, |at| at + 1)
    }

    fn take_back(&mut self, i: usize, chance: Chance) -> Result<(), String> {
        law(!self.is_beyond(), format!("step {i} is undone beyond the point of no return"))?;
        law(self.owed(i), format!("step {i} is undone, and owes nothing"))?;
        let later = (i + 1..self.stands.len()).find(|later| self.owed(*later));
        law(later.is_none(), format!("step {i} is undone before {later:?}"))?;
        let is_wanted = self.has_undone || self.was_cancelled || self.answer == Some(Choice::Undo);
        law(
            is_wanted || self.plan.on_failure == OnFailure::Undo,
            format!("step {i} is undone, and nobody wants that"),
        )?;
        self.journal.push(Entry::UndoBegan(i, Output::Nothing));
        self.has_undone = true;
        match chance {
            Chance::Fails | Chance::Unseen => self.journal.push(Entry::UndoFailed(i, fault())),
            Chance::Crashes => {}
            _ => {
                self.journal.push(Entry::Undid(i));
                self.stands[i..].fill(false);
                let left = (i..self.stands.len()).find(|step| output_of(&self.journal, *step).is_some());
                law(left.is_none(), format!("step {left:?} was undone, and still has an output"))?;
            }
        }
        Ok(())
    }

    fn ask(&mut self, chance: Chance) -> Result<(), String> {
        law((0..self.stands.len()).any(|i| self.owed(i)), "the operator is asked, and nothing is owed")?;
        law(self.plan.on_failure == OnFailure::Ask, "the operator is asked, and said before what is wanted")?;
        law(self.answer.is_none(), "the operator is asked twice")?;
        self.journal.push(Entry::Asked);
        match chance {
            Chance::Retried => self.retry(),
            Chance::Crashes => {}
            Chance::Keep => self.answer_with(Choice::Keep),
            _ => self.answer_with(Choice::Undo),
        }
        Ok(())
    }

    fn answer_with(&mut self, choice: Choice) {
        self.journal.push(Entry::Answered(choice));
        self.answer = Some(choice);
    }

    fn retry(&mut self) {
        self.journal.push(Entry::Retried);
        (self.was_cancelled, self.answer, self.has_undone) = (false, None, false);
    }

    fn end(&self, outcome: Outcome) -> Result<(), String> {
        let all = 0..self.stands.len();
        let owed = all.clone().find(|i| self.owed(*i));
        match outcome {
            Outcome::Done => law(all.clone().all(|i| self.stands[i]), "it is done, and a step is missing"),
            Outcome::Undone | Outcome::Failed => {
                law(owed.is_none(), format!("it ends as {outcome:?}, and step {owed:?} is owed"))?;
                law(self.for_good() == 0, format!("it ends as {outcome:?}, and part of it was done for good"))?;
                law(!self.is_beyond(), format!("it ends as {outcome:?} beyond the point of no return"))
            }
            Outcome::Partly => {
                law(owed.is_none(), format!("it ends in part, and step {owed:?} is owed"))?;
                law(self.for_good() > 0 && !self.is_beyond(), "it ends in part, and no part is done")
            }
            Outcome::Kept => {
                let is_wanted = self.answer == Some(Choice::Keep) || self.plan.on_failure == OnFailure::Keep;
                law(is_wanted && owed.is_some(), "it was kept, and nobody wanted that")
            }
            Outcome::Stuck { .. } => Ok(()),
        }
    }
}

fn unreachable() -> Fault {
    Fault { code: FaultCode::Unreachable, ..fault() }
}

fn output_for(i: usize) -> Output {
    match i % 3 {
        0 => Output::Nothing,
        1 => Output::Task(Upid::new("UPID:pve1:00001C8D:00056AC1:6B001AA5:vzstart:100:root@pam:")),
        _ => Output::Reserved(Reservation { vmid: Vmid(100), ports: Default::default() }),
    }
}

fn law(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
