//! Findings that ask for the same thing, said once.
//!
//! In: the findings that stand. Out: the same without those that repeat another one.

use std::borrow::Cow;

use crate::finding::{Finding, RemedyHint, Severity};
use crate::hash::HashMap;

/// Leaves one rule for each statement that asks for `lock_timeout`: of equal severity the one with the narrower place,
/// which names what is surprising about the lock.
pub(super) fn same_statement(findings: &mut Vec<Finding>) {
    let mut best: HashMap<usize, (Severity, u32, Cow<'static, str>)> = HashMap::default();
    for finding in findings.iter().filter(|f| f.remedy == Some(RemedyHint::LockTimeout)) {
        let Some(step) = finding.step else { continue };
        let mine = (finding.severity, finding.span.start, finding.rule.clone());
        let entry = best.entry(step).or_insert_with(|| mine.clone());
        if (mine.0, mine.1) > (entry.0, entry.1) {
            *entry = mine;
        }
    }
    findings.retain(|finding| {
        let rival = finding.step.and_then(|step| best.get(&step));
        finding.remedy != Some(RemedyHint::LockTimeout)
            || rival.is_none_or(|(_, _, rule)| *rule == finding.rule)
    });
}

/// In the review of a series of change sets: gives advice of habit for the newest migration alone, with a count of the
/// others. Whoever follows it decides once for the project; what has run already cannot be helped.
pub(super) fn series(findings: &mut Vec<Finding>, migration: impl Fn(usize) -> Option<usize>) {
    let place = |finding: &Finding| {
        let habit = finding.habit && finding.severity == Severity::Advice;
        if habit { migration(finding.step?) } else { None }
    };
    let mut newest: HashMap<Cow<'static, str>, (usize, Vec<usize>)> = HashMap::default();
    for finding in findings.iter() {
        let Some(at) = place(finding) else { continue };
        let (last, all) = newest.entry(finding.rule.clone()).or_default();
        *last = (*last).max(at);
        if !all.contains(&at) {
            all.push(at);
        }
    }
    findings.retain_mut(|finding| {
        let Some(at) = place(finding) else { return true };
        let Some((last, all)) = newest.get(&finding.rule) else { return true };
        let older = all.len() - 1;
        if at == *last && older > 0 {
            let plural = if older == 1 { "migration does" } else { "migrations do" };
            finding.message = format!("{}; {older} older {plural} the same", finding.message);
        }
        at == *last
    });
}
