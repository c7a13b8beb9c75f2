//! From the facts of the pass to the report.

use crate::engine::{Silencer, fingerprint};
use crate::finding::{self, Severity};
use crate::name::{Dialect, ServerVersion};
use crate::plan::{Step, TransactionMode};
use crate::policy::Policy;
use crate::remedy::rewrite::Rewrite;
use crate::remedy::rollback::{self, Reversibility, Script, StepRollback};
use crate::text::{LineCol, SourceMap, Span};

use super::edit::Edits;
use super::model::{
    self, Down, Duration, Finding, Keep, KeepInPlace, Lock, Migration, Related, Report, RewriteStage,
    Rollback, ServerError, Silenced, SilencedBy, Size, Statement, Summary, Tool, Verdict, Work,
    WorkedRelation,
};
use super::proof::{self, Judged};
use super::run::Collected;
use super::way_back::WayBack;
use super::{ParsedMigration, timeline};

/// What the report says about the run itself.
pub(super) struct Meta {
    pub(super) dialect: Dialect,
    pub(super) server_version: ServerVersion,
    pub(super) layout: String,
    pub(super) policy: String,
    pub(super) history: usize,
}

/// Adds the assertions that found something, and where more about each of them is written.
pub(super) fn assertions(report: &mut Report, policy: &Policy) {
    for asserted in policy.assertions() {
        let assertion = &asserted.assertion;
        let name: &str = &assertion.name;
        let mut found = report.silenced.iter().any(|silenced| silenced.rule == name);
        for finding in report.findings.iter_mut().filter(|finding| finding.rule == name) {
            found = true;
            finding.docs = match &assertion.reference {
                Some(reference) => reference.clone(),
                None => format!("{} --policy {}", finding.docs, policy.origin.trim_start_matches("pack:")),
            };
        }
        if found {
            report.assertions.push(model::Assertion {
                name: name.to_owned(),
                subject: assertion.kind.name(),
                demand: assertion.demand(),
                message: assertion.message.template(),
                severity: assertion.severity,
                reference: assertion.reference.clone(),
                policy: assertion.place.clone(),
            });
        }
    }
}

pub(super) fn report(
    meta: &Meta,
    migrations: &[ParsedMigration],
    collected: &Collected,
    sources: &SourceMap,
) -> Report {
    let mut summary = Summary { migrations: migrations.len(), history: meta.history, ..Summary::default() };
    let mut reported = Vec::with_capacity(migrations.len());
    let mut rollbacks = Vec::new();
    let mut rest = &collected.steps[..];
    for (index, migration) in migrations.iter().enumerate() {
        let count = rest.iter().take_while(|s| s.migration == index).count();
        let (steps, later) = rest.split_at(count);
        rest = later;
        let mut entry = migration_report(migration, steps, collected, sources);
        entry.down = collected.downs.get(index).and_then(Option::as_ref).map(|judged| Down {
            path: sources.path(judged.down.file).to_string(),
            line: sources.file(judged.down.file).line_col(judged.down.span.start).line,
            verdict: judged.verdict,
            differences: judged.differences.clone(),
            observed: judged.observed.clone(),
        });
        for statement in &entry.statements {
            summary.statements += 1;
            if statement.analysed {
                summary.analysed += 1;
            } else {
                summary.not_analysed += 1;
            }
        }
        if let (Some(first), Some(last)) = (steps.first(), steps.last()) {
            let undone = &collected.rollbacks[first.index..=last.index];
            let found = rollback_report(&entry, undone, collected.ways_back.get(index));
            rollbacks.extend(found);
        }
        reported.push(entry);
    }
    let rewrites = rewrites(collected, sources);
    let mut findings = located(&collected.outcome.findings, sources, &collected.rewrites);
    let mut edits = Edits::new(sources, meta.dialect);
    for (reported, found) in findings.iter_mut().zip(&collected.outcome.findings) {
        let (Some(step), Some(hint)) = (found.step, found.remedy) else { continue };
        let stages = reported.rewrite.and_then(|i| rewrites.get(i)).map_or(&[][..], |r| &r.stages);
        reported.edit = edits.of(&collected.steps[step], hint, stages);
    }
    for finding in &findings {
        match finding.severity {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Advice => summary.advice += 1,
        }
    }
    let silenced = silenced(collected, sources);
    summary.silenced = silenced.len();
    summary.in_baseline = silenced.iter().filter(|s| s.by == SilencedBy::Baseline).count();
    let verdict = match (summary.errors, summary.warnings) {
        (0, 0) => Verdict::Pass,
        (0, _) => Verdict::Warn,
        _ => Verdict::Block,
    };
    Report {
        version: 1,
        tool: Tool { name: "checkrail", version: env!("CARGO_PKG_VERSION") },
        dialect: meta.dialect.to_string(),
        server_version: (meta.dialect == Dialect::PostgreSql).then(|| meta.server_version.major()),
        layout: meta.layout.clone(),
        policy: meta.policy.clone(),
        verdict,
        summary,
        migrations: reported,
        findings,
        silenced,
        rollback: rollbacks,
        rewrites,
        schema_diff: collected.schema_diff.clone(),
        database: None,
        queries: None,
        assertions: Vec::new(),
        verification: collected.verified.verification(),
    }
}

fn rollback_report(
    entry: &Migration,
    steps: &[StepRollback],
    reviewed: Option<&WayBack>,
) -> Option<Rollback> {
    let written;
    let script = match reviewed {
        Some(way_back) => &way_back.script,
        None => {
            written = rollback::script_of_settled(steps, rollback::Form::Own);
            &written
        }
    };
    let proof = reviewed.and_then(|way_back| way_back.proof.as_ref());
    let contradictions = proof.map_or(&[][..], |p| &p.contradictions);
    if script.sql.is_empty() && contradictions.is_empty() {
        return None;
    }
    let (class, sql) = corrected(script, reviewed.map_or(&[][..], |w| &w.differences), contradictions);
    Some(Rollback {
        path: entry.path.clone(),
        class,
        sql,
        transaction: script.transaction,
        proven: proof.and_then(Judged::proven),
        proof: proof.map(|p| p.shown.clone()),
        keep: keep(entry.version.as_deref(), &entry.path, steps)
            .map(|keep| Keep { proven: proof.and_then(|p| p.keeps), ..keep }),
        findings: reviewed.map_or_else(Vec::new, |w| located(&w.findings, &w.sources, &[])),
    })
}

/// The class and the text of a script: never more is claimed than the model and the server confirm.
fn corrected(script: &Script, differences: &[String], contradictions: &[String]) -> (Reversibility, String) {
    let fails = script.sql.is_empty() || contradictions.iter().any(|c| proof::is_failure(c));
    let class = match script.class {
        _ if fails && !contradictions.is_empty() => Reversibility::Irreversible,
        Reversibility::Exact if !(differences.is_empty() && contradictions.is_empty()) => {
            Reversibility::Lossy
        }
        class => class,
    };
    let mut lines: Vec<&String> = Vec::new();
    if script.class <= Reversibility::Exact {
        lines.extend(differences);
    }
    lines.extend(contradictions.iter().filter(|c| !differences.contains(c)));
    if lines.is_empty() {
        return (class, script.sql.clone());
    }
    let mut told = format!("-- rollback: {}\n", class.as_str());
    for line in lines {
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        told.extend(["-- not restored: ", &line, "\n"]);
    }
    let claimed = format!("-- rollback: {}\n", script.class.as_str());
    if script.sql.contains(&claimed) {
        (class, script.sql.replacen(&claimed, &told, 1))
    } else {
        (class, told + &script.sql)
    }
}

/// The scripts that keep what a migration loses; its steps are settled. Copies are called after the version, or after
/// the file.
pub(super) fn keep(version: Option<&str>, path: &str, steps: &[StepRollback]) -> Option<Keep> {
    if steps.iter().all(|s| s.keeps.is_empty()) {
        return None;
    }
    let name = version.unwrap_or(path);
    let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let word = &word[word.len().saturating_sub(20)..];
    let keeps = rollback::numbered(steps.iter().flat_map(|s| &s.keeps), word);
    if keeps.is_empty() {
        return None;
    }
    let what =
        keeps.iter().map(|(k, suffix)| format!("{} of {} in {}", k.what, k.table, k.copy_name(suffix)));
    let what: Vec<String> = what.collect();
    let lines = |title: &str| -> String {
        let items = what.iter().map(|w| format!("-- keeps {w}\n"));
        std::iter::once(format!("-- {title}\n")).chain(items).collect()
    };
    let mut before = lines("run this before the migration");
    if keeps.iter().any(|(k, _)| k.is_conditional()) {
        before.push_str("-- conditions are asked on the rows as they are before the migration\n");
    }
    let mut after = lines("run this after the rollback, when the migration is not to be tried again soon");
    before.extend(keeps.iter().map(|(k, suffix)| k.capture(suffix)));
    // What was taken last was written last: dependent rows go back after those that they refer to.
    after.extend(keeps.iter().rev().map(|(k, suffix)| k.put_back(suffix)));
    after.extend(keeps.iter().map(|(k, suffix)| k.discard(suffix)));
    let in_place = keeps.iter().any(|(k, _)| k.is_in_place()).then(|| in_place(&keeps));
    Some(Keep { what, before, after, proven: None, in_place })
}

/// The scripts that keep it where it is, as far as that is possible.
fn in_place(keeps: &[(&rollback::Keep, String)]) -> KeepInPlace {
    let what: Vec<String> = keeps.iter().map(|(k, suffix)| k.place_name(suffix)).collect();
    let lines = |title: &str| -> String {
        let items = what.iter().map(|w| format!("-- keeps {w}\n"));
        std::iter::once(format!("-- {title}\n")).chain(items).collect()
    };
    let mut before = lines("run this before the migration, instead of the script that makes copies");
    before.extend(keeps.iter().map(|(k, suffix)| k.set_aside(suffix)));
    let mut after = lines("run this after the rollback, when the migration is not to be tried again soon");
    after.extend(keeps.iter().rev().map(|(k, suffix)| k.take_back(suffix)));
    after.extend(keeps.iter().map(|(k, suffix)| k.clear(suffix)));
    KeepInPlace { what, before, after }
}

fn migration_report(
    migration: &ParsedMigration,
    steps: &[Step],
    collected: &Collected,
    sources: &SourceMap,
) -> Migration {
    let explicit = steps.iter().any(|s| matches!(s.transaction, crate::plan::TransactionScope::Explicit(_)));
    let transaction = if explicit { TransactionMode::Explicit } else { migration.info.transaction };
    let reason = if explicit { "the file controls its own transactions" } else { migration.wrap_reason };
    Migration {
        path: sources.path(migration.info.file).to_string(),
        version: migration.info.version.clone(),
        transaction,
        transaction_reason: reason.to_owned(),
        statements: steps.iter().map(|s| statement(s, collected, sources)).collect(),
        timeline: timeline::spans(steps),
        down: None,
    }
}

fn statement(step: &Step, collected: &Collected, sources: &SourceMap) -> Statement {
    let (start, end) = sources.file(step.stmt.file).range(step.stmt.span);
    let effects = &step.effects;
    let preexisting =
        |relation: &crate::name::QName| match effects.locks.iter().position(|l| l.relation == *relation) {
            Some(i) => step.lifetimes[i].1,
            None => true,
        };
    let mut scans: Vec<String> = Vec::new();
    for scan in effects.scans.iter().filter(|s| preexisting(&s.relation)) {
        let name = scan.relation.to_string();
        if !scans.contains(&name) {
            scans.push(name);
        }
    }
    let held = step.in_transaction();
    Statement {
        line: start.line,
        end_line: end.line,
        kind: step.stmt.op.kind().into_owned(),
        analysed: step.stmt.op.is_analysed(),
        in_transaction: step.in_transaction(),
        locks: effects
            .locks
            .iter()
            .zip(&step.lifetimes)
            .map(|(lock, (_, preexisting))| Lock {
                relation: lock.relation.to_string(),
                kind: lock.kind.to_string(),
                mode: lock.mode.name(),
                preexisting: *preexisting,
                held_until_commit: held,
                size: step.size(&lock.relation).map(|s| Size {
                    rows: s.rows,
                    bytes: s.bytes,
                    index_bytes: s.index_bytes,
                }),
            })
            .collect(),
        rewrites: effects
            .rewrites
            .iter()
            .filter(|r| preexisting(&r.relation))
            .map(|r| r.relation.to_string())
            .collect(),
        scans,
        can_run_in_transaction: effects.no_transaction.is_none(),
        certain_error: step
            .errors
            .first()
            .map(|e| ServerError { sqlstate: e.sqlstate.to_owned(), message: e.message.clone() }),
        possible_errors: effects
            .possible_errors
            .iter()
            .map(|e| ServerError { sqlstate: e.sqlstate.to_owned(), message: e.message.clone() })
            .collect(),
        data_loss: effects.data_loss.iter().map(|d| d.object.clone()).collect(),
        breaks: effects.breaks.iter().map(|b| b.object.clone()).collect(),
        reversibility: collected.rollbacks[step.index].class,
        uncertain: effects.uncertain.clone(),
        observed: collected.verified.observed(step.index),
        not_run: collected.verified.not_run(step.index),
    }
}

fn located(all: &[finding::Finding], sources: &SourceMap, rewrites: &[(usize, Rewrite)]) -> Vec<Finding> {
    let fingerprints = fingerprint::of_all(all, sources);
    all.iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| {
            let (path, start, end) = place(finding, sources);
            Finding {
                rule: finding.rule.to_string(),
                severity: finding.severity,
                confidence: finding.confidence,
                path,
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                object: finding.object.clone(),
                message: finding.message.clone(),
                why: finding.why.clone(),
                help: finding.help.clone(),
                diff: finding.diff.clone(),
                related: related(finding, sources),
                docs: format!("checkrail explain {}", finding.rule),
                fingerprint,
                work: finding.work.as_ref().map(work),
                policy: finding.policy.clone(),
                rewrite: rewrite_index(finding, rewrites),
                edit: None,
            }
        })
        .collect()
}

fn related(finding: &finding::Finding, sources: &SourceMap) -> Vec<Related> {
    let place = |(file, span, message): &(_, Span, String)| Related {
        path: sources.path(*file).to_string(),
        line: sources.file(*file).line_col(span.start).line,
        message: message.clone(),
    };
    finding.related.iter().map(place).collect()
}

/// The place of the rewrite that a finding asks for; rewrites are in the order of their steps.
fn work(work: &finding::work::Work) -> Work {
    Work {
        judged: work.judged.as_str(),
        relations: work
            .relations
            .iter()
            .map(|w| WorkedRelation {
                relation: w.relation.to_string(),
                rewritten: w.rewritten,
                size: w.size.map(|s| Size { rows: s.rows, bytes: s.bytes, index_bytes: s.index_bytes }),
            })
            .collect(),
        bytes: work.bytes(),
        duration: work.seconds().map(|(min_seconds, max_seconds)| Duration {
            min_seconds,
            max_seconds,
            slowest_bytes_per_second: finding::work::SLOW,
            fastest_bytes_per_second: finding::work::FAST,
        }),
        text: work.text(),
    }
}

fn rewrite_index(finding: &finding::Finding, rewrites: &[(usize, Rewrite)]) -> Option<usize> {
    let (step, hint) = (finding.step?, finding.remedy?);
    let first = rewrites.partition_point(|(s, _)| *s < step);
    let place = rewrites[first..].iter().take_while(|(s, _)| *s == step).position(|(_, r)| r.hint == hint)?;
    Some(first + place)
}

/// Where a finding stands. Those about an entry of the policy stand there, and not in a migration.
fn place(finding: &finding::Finding, sources: &SourceMap) -> (String, LineCol, LineCol) {
    let entry =
        finding.policy.as_deref().filter(|_| finding.step.is_none() && finding.span == Span::new(0, 0));
    if let Some((path, line)) = entry.and_then(|place| place.rsplit_once(':'))
        && let Ok(line) = line.parse()
    {
        let at = LineCol { line, column: 1 };
        return (path.to_owned(), at, at);
    }
    let (start, end) = sources.file(finding.file).range(finding.span);
    (sources.path(finding.file).to_string(), start, end)
}

fn silenced(collected: &Collected, sources: &SourceMap) -> Vec<Silenced> {
    let (standing, silenced) = (&collected.outcome.findings, &collected.outcome.silenced);
    // Counted on from those that stand, so that no two share a fingerprint.
    let all = standing.iter().chain(silenced.iter().map(|s| &s.finding));
    let fingerprints = fingerprint::of_all(all, sources).into_iter().skip(standing.len());
    let pairs = silenced.iter().zip(fingerprints);
    pairs
        .map(|(silenced, fingerprint)| {
            let finding = &silenced.finding;
            let (path, start, end) = place(finding, sources);
            Silenced {
                rule: finding.rule.to_string(),
                path,
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
                severity: finding.severity,
                object: finding.object.clone(),
                message: finding.message.clone(),
                fingerprint,
                reason: silenced.reason.clone(),
                by: match silenced.by {
                    Silencer::Comment => SilencedBy::Comment,
                    Silencer::Policy => SilencedBy::Policy,
                    Silencer::Baseline => SilencedBy::Baseline,
                },
                place: silenced.place.clone(),
            }
        })
        .collect()
}

fn rewrites(collected: &Collected, sources: &SourceMap) -> Vec<model::Rewrite> {
    collected
        .rewrites
        .iter()
        .map(|(step, rewrite)| {
            let Step { stmt, migration, .. } = &collected.steps[*step];
            let first = collected.steps.partition_point(|s| s.migration < *migration);
            model::Rewrite {
                path: sources.path(stmt.file).to_string(),
                line: sources.file(stmt.file).line_col(stmt.span.start).line,
                statement: *step - first,
                summary: rewrite.summary.clone(),
                stages: rewrite
                    .stages
                    .iter()
                    .map(|stage| RewriteStage {
                        title: stage.title.clone(),
                        transaction: stage.transaction,
                        later: stage.later,
                        sql: stage.sql(),
                    })
                    .collect(),
            }
        })
        .collect()
}
