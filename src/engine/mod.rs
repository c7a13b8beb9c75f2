//! The engine: runs rules under a policy, and decides which findings stand.
//!
//! In: contexts from the plan, a policy, the suppression comments of the files. Out: findings in a fixed order,
//! with those that were silenced apart, and findings about exceptions and comments that silence nothing.

mod allow;
mod assertions;
pub mod baseline;
pub mod fingerprint;
mod gather;
mod size;

use jiff::civil::Date;

use crate::finding::{Confidence, Finding, Severity};
use crate::hash::{HashMap, HashSet};
use crate::name::{Dialect, QName};
use crate::plan::{Lifetime, MigrationInfo, Step};
use crate::policy::{Asserted, Policy, RuleSetting, Scope};
use crate::rules::context::RuleOptions;
use crate::rules::{ChangeSetContext, Check, DownContext, Rule, Sink, StepContext, registry};
use crate::schema::Schema;
use crate::text::{FileId, SourceMap};

use assertions::Touched;
use baseline::{Baseline, Entry};

pub use allow::{Allowance, Malformed, Reach};

/// Runs rules and collects their findings.
pub struct Engine<'a> {
    policy: &'a Policy,
    sources: &'a SourceMap,
    dialect: Dialect,
    step_rules: Vec<(&'static Rule, &'a RuleSetting)>,
    set_rules: Vec<(&'static Rule, &'a RuleSetting)>,
    down_rules: Vec<(&'static Rule, &'a RuleSetting)>,
    assertions: Vec<&'a Asserted>,
    findings: Vec<Finding>,
}

/// What the engine decided.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Findings that stand, by file, place and rule.
    pub findings: Vec<Finding>,
    /// Findings silenced by comments, exceptions or a baseline.
    pub silenced: Vec<Silenced>,
    /// The baseline anew, with what was found; empty without one.
    pub baseline: Vec<Entry>,
}

/// A finding that does not stand.
#[derive(Debug)]
pub struct Silenced {
    /// The finding.
    pub finding: Finding,
    /// The reason given.
    pub reason: String,
    /// `file:line` of the comment, the exception or the baseline's entry.
    pub place: String,
    /// What it was.
    pub by: Silencer,
}

/// What silences a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silencer {
    /// A comment in the migration.
    Comment,
    /// An exception of the policy.
    Policy,
    /// An entry of the baseline.
    Baseline,
}

impl Outcome {
    /// In the review of a series of change sets: gives advice that holds for every migration alike once, for the newest.
    /// `migration` tells which one a step belongs to.
    pub fn gather(&mut self, migration: impl Fn(usize) -> Option<usize>) {
        gather::series(&mut self.findings, migration);
    }
}

impl<'a> Engine<'a> {
    /// An engine with the rules that the policy switches on for a dialect.
    #[must_use]
    pub fn new(policy: &'a Policy, sources: &'a SourceMap, dialect: Dialect) -> Self {
        let mut step_rules = Vec::new();
        let mut set_rules = Vec::new();
        let mut down_rules = Vec::new();
        for rule in registry::all() {
            let Some(setting) = policy.setting(rule.name) else { continue };
            if !setting.enabled || !rule.dialects.contains(&dialect) {
                continue;
            }
            match rule.check {
                Check::Step(_) => step_rules.push((rule, setting)),
                Check::ChangeSet(_) => set_rules.push((rule, setting)),
                Check::Down(_) => down_rules.push((rule, setting)),
                Check::Engine => {}
            }
        }
        let assertions = policy.assertions().filter(|a| a.setting.enabled).collect();
        Self { policy, sources, dialect, step_rules, set_rules, down_rules, assertions, findings: Vec::new() }
    }

    /// Runs the rules for one statement, with the schema before it. Returns the new findings.
    pub fn step(
        &mut self,
        step: &Step,
        schema: &Schema,
        earlier: &[Step],
        migration: &MigrationInfo,
        lifetime: &dyn Fn(&QName) -> Lifetime,
    ) -> &[Finding] {
        let before = self.findings.len();
        let none = RuleOptions::default();
        let mut cx = StepContext::new(step, schema, earlier, migration, lifetime, &none);
        for (rule, setting) in &self.step_rules {
            if let Check::Step(check) = rule.check {
                cx.options = &setting.options;
                let first = self.findings.len();
                check(&cx, &mut Sink::new(rule, &mut self.findings));
                for finding in &mut self.findings[first..] {
                    size::weigh(finding, step, schema, &self.policy.sizes);
                }
                settle(&mut self.findings, first, setting, self.policy, self.sources);
            }
        }
        &self.findings[before..]
    }

    /// Runs the rules for a change set, with the schema after it. Returns the new findings.
    pub fn change_set(
        &mut self,
        steps: &[Step],
        schema: &Schema,
        migrations: &[MigrationInfo],
        lifetime: &dyn Fn(&QName) -> Lifetime,
    ) -> &[Finding] {
        let before = self.findings.len();
        for (rule, setting) in &self.set_rules {
            if let Check::ChangeSet(check) = rule.check {
                let cx = ChangeSetContext { steps, schema, migrations, lifetime, options: &setting.options };
                let first = self.findings.len();
                check(&cx, &mut Sink::new(rule, &mut self.findings));
                let offset = steps.first().map_or(0, |step| step.index);
                for finding in &mut self.findings[first..] {
                    let step = finding.step.and_then(|index| steps.get(index.checked_sub(offset)?));
                    if let Some(step) = step {
                        size::weigh(finding, step, schema, &self.policy.sizes);
                    }
                }
                settle(&mut self.findings, first, setting, self.policy, self.sources);
            }
        }
        self.assert(steps, schema, migrations);
        &self.findings[before..]
    }

    /// Judges what a change set makes and changes by the policy's assertions.
    fn assert(&mut self, steps: &[Step], schema: &Schema, migrations: &[MigrationInfo]) {
        if self.assertions.is_empty() {
            return;
        }
        let touched = Touched::new(steps, schema, migrations);
        for Asserted { assertion, setting } in &self.assertions {
            let first = self.findings.len();
            touched.judge(assertion, &mut self.findings);
            settle(&mut self.findings, first, setting, self.policy, self.sources);
        }
    }

    /// Runs the rules for a hand-written way back; `context` makes what they see, given a rule's options.
    pub fn down<'c>(&mut self, context: impl Fn(&'c RuleOptions) -> DownContext<'c>)
    where
        'a: 'c,
    {
        for (rule, setting) in &self.down_rules {
            if let Check::Down(check) = rule.check {
                let first = self.findings.len();
                check(&context(&setting.options), &mut Sink::new(rule, &mut self.findings));
                settle(&mut self.findings, first, setting, self.policy, self.sources);
            }
        }
    }

    /// Whether any rule about hand-written ways back runs.
    #[must_use]
    pub fn judges_downs(&self) -> bool {
        !self.down_rules.is_empty()
    }

    /// Adds what the caller has found out by itself, for one of the rules that check nothing on their own.
    pub fn report(&mut self, rule: &'static Rule, add: impl FnOnce(&mut Sink<'_>)) {
        let Some(setting) = self.policy.setting(rule.name) else { return };
        if !setting.enabled || !rule.dialects.contains(&self.dialect) {
            return;
        }
        let first = self.findings.len();
        add(&mut Sink::new(rule, &mut self.findings));
        settle(&mut self.findings, first, setting, self.policy, self.sources);
    }

    /// Applies suppression comments, exceptions and the baseline, reports those that silence nothing, and sorts.
    /// With the baseline come the files under review.
    #[must_use]
    pub fn finish(
        self,
        allowances: &[Allowance],
        malformed: &[Malformed],
        today: Date,
        baseline: Option<(&Baseline, &HashSet<FileId>)>,
    ) -> Outcome {
        let mut used_allowances = vec![false; allowances.len()];
        let mut used_exceptions = vec![false; self.policy.exceptions.len()];
        let mut outcome = Outcome::default();
        let by_file = index_by_file(allowances);
        for finding in self.findings {
            let comment =
                by_file.get(&finding.file).into_iter().flatten().find(|i| allowances[**i].covers(&finding));
            if let Some(&i) = comment {
                used_allowances[i] = true;
                let allowance = &allowances[i];
                outcome.silenced.push(Silenced {
                    reason: allowance.reason.clone(),
                    place: place(self.sources, allowance.file, allowance.span.start),
                    by: Silencer::Comment,
                    finding,
                });
                continue;
            }
            let path = self.sources.path(finding.file).as_str();
            let exception = self.policy.exceptions.iter().position(|e| {
                e.rule == finding.rule
                    && e.expires.is_none_or(|d| d >= today)
                    && e.scope.covers(path, finding.object.as_deref())
            });
            if let Some(i) = exception {
                used_exceptions[i] = true;
                let exception = &self.policy.exceptions[i];
                outcome.silenced.push(Silenced {
                    reason: exception.reason.clone(),
                    place: exception.place.clone(),
                    by: Silencer::Policy,
                    finding,
                });
                continue;
            }
            outcome.findings.push(finding);
        }
        let meta = Meta { policy: self.policy, dialect: self.dialect };
        meta.malformed(malformed, &mut outcome.findings);
        meta.comments(allowances, &used_allowances, &mut outcome.findings);
        let scope = &self.policy.scope;
        outcome.findings.retain(|finding| scope.covers_path(self.sources.path(finding.file).as_str()));
        if let Some((baseline, reviewed)) = baseline {
            sort(&mut outcome.findings);
            let stale = outcome.apply(baseline, reviewed, self.sources);
            if !baseline.adopt {
                meta.baseline(baseline, &stale, self.sources, &mut outcome.findings);
            }
        }
        meta.exceptions(&used_exceptions, today, self.sources, &mut outcome.findings);
        gather::same_statement(&mut outcome.findings);
        sort(&mut outcome.findings);
        outcome
    }
}

impl Outcome {
    /// Silences what the baseline knows. Returns its entries that nothing matches, by their places.
    fn apply(&mut self, baseline: &Baseline, reviewed: &HashSet<FileId>, sources: &SourceMap) -> Vec<usize> {
        let findings = std::mem::take(&mut self.findings);
        let sorted = baseline.sort(findings, reviewed, sources);
        let origin = &baseline.origin;
        self.findings = sorted.standing;
        self.silenced.extend(sorted.known.into_iter().map(|(finding, line)| Silenced {
            finding,
            reason: "known, in the baseline".to_owned(),
            place: line.map_or_else(|| origin.clone(), |line| format!("{origin}:{line}")),
            by: Silencer::Baseline,
        }));
        self.baseline = sorted.renewed;
        sorted.stale
    }
}

/// Drops findings outside the rule's scope and sets the policy's severity on the others. A rule that lowers or
/// raises the severity of a case keeps that distance only when the policy leaves the severity to it.
fn settle(
    findings: &mut Vec<Finding>,
    first: usize,
    setting: &RuleSetting,
    policy: &Policy,
    sources: &SourceMap,
) {
    if findings.len() == first {
        return;
    }
    let mut index = first;
    while index < findings.len() {
        let finding = &mut findings[index];
        let path = sources.path(finding.file).as_str();
        let object = finding.object.as_deref();
        let outside = |scope: &Scope| !scope.is_empty() && !scope.covers(path, object);
        if outside(&setting.scope) || outside(&policy.scope) {
            findings.remove(index);
            continue;
        }
        finding.severity = policy.severity(setting, finding.severity);
        finding.policy.clone_from(&setting.place);
        index += 1;
    }
}

fn index_by_file(allowances: &[Allowance]) -> HashMap<FileId, Vec<usize>> {
    let mut index: HashMap<FileId, Vec<usize>> = HashMap::default();
    for (i, allowance) in allowances.iter().enumerate() {
        index.entry(allowance.file).or_default().push(i);
    }
    index
}

fn place(sources: &SourceMap, file: FileId, at: u32) -> String {
    format!("{}:{}", sources.path(file), sources.file(file).line_col(at).line)
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.file, a.span.start, b.severity, &a.rule, &a.object, &a.message).cmp(&(
            b.file,
            b.span.start,
            a.severity,
            &b.rule,
            &b.object,
            &b.message,
        ))
    });
}

/// Findings about comments and exceptions themselves.
struct Meta<'a> {
    policy: &'a Policy,
    dialect: Dialect,
}

impl Meta<'_> {
    fn rule(&self, name: &str) -> Option<(&'static Rule, Severity, Option<String>)> {
        let rule = registry::find(name)?;
        let setting = self.policy.setting(name)?;
        let runs = setting.enabled && rule.dialects.contains(&self.dialect);
        runs.then(|| (rule, self.policy.severity_of(rule), setting.place.clone()))
    }

    fn malformed(&self, comments: &[Malformed], out: &mut Vec<Finding>) {
        let Some((rule, severity, policy)) = self.rule("malformed-suppression") else { return };
        out.extend(comments.iter().map(|comment| Finding {
            rule: rule.name.into(),
            severity,
            confidence: Confidence::High,
            file: comment.file,
            span: comment.span,
            step: None,
            object: None,
            message: comment.message.clone(),
            why: "the comment silences nothing, and its reader cannot tell what was meant".to_owned(),
            help: comment.help.clone(),
            remedy: None,
            diff: None,
            related: Vec::new(),
            works_on: None,
            work: None,
            habit: false,
            policy: policy.clone(),
        }));
    }

    fn comments(&self, allowances: &[Allowance], used: &[bool], out: &mut Vec<Finding>) {
        for (allowance, used) in allowances.iter().zip(used).filter(|(allowance, _)| !allowance.foreign) {
            let known: Vec<bool> = allowance.rules.iter().map(|r| self.policy.setting(r).is_some()).collect();
            let (name, message, help) = if let Some(i) = known.iter().position(|k| !k) {
                let rule = &allowance.rules[i];
                let hint = crate::policy::did_you_mean(rule, self.policy.names());
                (
                    "unused-suppression",
                    format!("there is no rule {rule:?}{hint}"),
                    "correct the name or remove the comment".to_owned(),
                )
            } else if !used {
                (
                    "unused-suppression",
                    format!("nothing here is found by {}", allowance.rules.join(", ")),
                    "remove the comment".to_owned(),
                )
            } else {
                continue;
            };
            if let Some((rule, severity, policy)) = self.rule(name) {
                out.push(Finding {
                    rule: rule.name.into(),
                    severity,
                    confidence: Confidence::High,
                    file: allowance.file,
                    span: allowance.span,
                    step: None,
                    object: None,
                    message,
                    why: "a comment that silences nothing hides the next finding in its place".to_owned(),
                    help,
                    remedy: None,
                    diff: None,
                    related: Vec::new(),
                    works_on: None,
                    work: None,
                    habit: false,
                    policy,
                });
            }
        }
    }

    fn exceptions(&self, used: &[bool], today: Date, sources: &SourceMap, out: &mut Vec<Finding>) {
        for (exception, used) in self.policy.exceptions.iter().zip(used) {
            let expired = exception.expires.is_some_and(|d| d < today);
            if *used && !expired {
                continue;
            }
            let name = if expired { "expired-exception" } else { "unused-exception" };
            let message = match exception.expires {
                Some(date) if expired => {
                    format!("the exception for {} at {} expired on {date}", exception.rule, exception.place)
                }
                _ => format!("the exception for {} at {} matches nothing", exception.rule, exception.place),
            };
            let why = "an exception that is not needed hides the next finding in its place";
            let help = "remove it, or renew its date with a reason";
            out.extend(self.elsewhere(name, message, why, help, exception.place.clone(), sources));
        }
    }

    fn baseline(&self, baseline: &Baseline, stale: &[usize], sources: &SourceMap, out: &mut Vec<Finding>) {
        for (entry, line) in stale.iter().filter_map(|index| baseline.entries.get(*index)) {
            let object = entry.object.as_ref().map(|object| format!(" on {object}")).unwrap_or_default();
            let message = format!(
                "the baseline's entry for {}{object} in {} matches nothing any more",
                entry.rule, entry.path
            );
            let why = "an entry that is not needed hides the next finding that is like it";
            let help = "remove the line, or write the baseline anew with --write-baseline";
            let place = format!("{}:{line}", baseline.origin);
            out.extend(self.elsewhere("stale-baseline-entry", message, why, help, place, sources));
        }
    }

    /// A finding about a line that stands in no migration. The first file carries it so that every format has a place
    /// to show, and the line's own place is in `policy`.
    fn elsewhere(
        &self,
        rule: &str,
        message: String,
        why: &str,
        help: &str,
        place: String,
        sources: &SourceMap,
    ) -> Option<Finding> {
        let (file, _) = sources.iter().next()?;
        let (rule, severity, _) = self.rule(rule)?;
        Some(Finding {
            rule: rule.name.into(),
            severity,
            confidence: Confidence::High,
            file,
            span: crate::text::Span::new(0, 0),
            step: None,
            object: None,
            message,
            why: why.to_owned(),
            help: help.to_owned(),
            remedy: None,
            diff: None,
            related: Vec::new(),
            works_on: None,
            work: None,
            habit: false,
            policy: Some(place),
        })
    }
}
