//! What an answer makes of a page: the next one, or a word on the one that was tried.

use super::{Connect, Purpose, Step, least, pages, words};
use crate::{
    engine::{Answer, TestReport},
    tui::theme::Role,
};

impl Connect {
    pub fn take(&mut self, answer: Answer) {
        match (self.purpose, answer) {
            (Purpose::Going, Answer::Fingerprint(print)) if self.step == Step::Where => self.meet(print),
            (_, Answer::Fingerprint(print)) => self.said = words::met(&print, self.trusted()),
            (Purpose::Going, Answer::Test(report)) if self.step == Step::Who => self.find(*report),
            (_, Answer::Test(report)) => self.find_again(*report),
            (purpose, Answer::Least(plan)) => {
                self.said = words::counted(&plan);
                self.plan = Some(plan);
                if purpose == Purpose::Going {
                    self.go(Step::Lines);
                }
            }
            (purpose, Answer::SshKey(key)) => {
                if self.step == Step::SshKey {
                    self.said = words::same_key(self.ssh_key.as_ref(), &key);
                } else {
                    self.after_key = purpose;
                    self.go(Step::SshKey);
                }
                self.ssh_key = Some(key);
            }
            (_, Answer::Ssh(_)) => self.said = vec![("✓ SSH gets in".into(), Role::Good)],
            _ => {}
        }
    }

    /// The fingerprint that counts so far; nothing on a page before it was shown.
    fn trusted(&self) -> Option<&str> {
        Some(self.fingerprint.as_str()).filter(|print| !print.is_empty())
    }

    /// A certificate that is known already asks nothing.
    fn meet(&mut self, print: String) {
        let is_known = self.before.is_some() && print == self.fingerprint;
        self.fingerprint = print;
        self.go(if is_known { Step::Who } else { Step::Trust });
    }

    fn find(&mut self, report: TestReport) {
        if self.makes_token() {
            self.offer_least(&report);
            self.offer_defaults(&report);
            self.report = Some(Box::new(report));
            return self.go(Step::Least);
        }
        self.offer_defaults(&report);
        self.report = Some(Box::new(report));
        self.go(Step::Found);
    }

    /// What was chosen before, on the way back, stays chosen.
    fn offer_least(&mut self, report: &TestReport) {
        let is_other = self
            .report
            .as_deref()
            .is_none_or(|known| known.storages != report.storages || known.bridges != report.bridges);
        if self.least.all.is_empty() || is_other {
            self.least = least::fields(report);
        }
    }

    fn offer_defaults(&mut self, report: &TestReport) {
        if self.defaults.all.is_empty() {
            let known = self.before.as_deref().map(|before| &before.host.defaults);
            let pool = least::pool(&self.least).filter(|_| self.makes_token());
            self.defaults = pages::defaults(report, known, pool);
        }
    }

    fn find_again(&mut self, report: TestReport) {
        self.said = words::found(&report);
        if self.step == Step::Found {
            self.report = Some(Box::new(report));
        }
    }
}
