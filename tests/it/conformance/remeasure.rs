//! The cases once more, on the servers that are present.
//!
//! `CHECKRAIL_TEST_PG` chooses major versions. `UPDATE=1` writes what the servers did into the case files, for
//! new cases too; `ONLY` then names the cases by a part of their ids, or says `new` for those without
//! observations. Without it, the time for each server is limited
//! by `CHECKRAIL_MEASURE_SECONDS` (60): cases that need a copy of a database come last, and may be left out.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};
use std::{env, io, thread};

use checkrail::parse;

use super::measure::Bench;
use super::suite::{self, Case, Facts, written_facts};
use super::update;
use crate::harness::PgServer;

/// What one server did.
struct Measured {
    version: u16,
    /// By the numbers of the cases.
    facts: Vec<(usize, Facts)>,
    /// Cases for which the time was too short.
    left_out: usize,
}

#[test]
fn servers_do_what_was_measured() {
    let mut files = parse::with_large_stack(suite::files).expect("a thread");
    let cases: Vec<Case> = files.iter().flat_map(|file| file.cases.clone()).collect();
    let measured: Vec<Measured> = thread::scope(|scope| {
        let measure = |server: PgServer| {
            let cases = &cases;
            scope.spawn(move || parse::with_large_stack(|| measure_all(&server, cases)).expect("a thread"))
        };
        let running: Vec<_> = PgServer::of_each_major().into_iter().map(measure).collect();
        running.into_iter().map(|thread| thread.join().expect("a measurement")).collect()
    });
    if update() {
        let mut all: Vec<&mut Case> = files.iter_mut().flat_map(|file| file.cases.iter_mut()).collect();
        for Measured { version, facts, .. } in measured {
            facts.into_iter().for_each(|(at, facts)| all[at].observe(version, facts));
        }
        return files.iter().for_each(suite::write);
    }
    let mut report = String::new();
    for Measured { version, facts, left_out } in &measured {
        facts.iter().for_each(|(at, facts)| tell(&mut report, *version, &cases[*at], facts));
        let count = facts.len();
        // Not by `eprintln!`, which the test runner captures and shows of failed tests only.
        let _ =
            writeln!(io::stderr(), "PostgreSQL {version}: {count} cases measured again, {left_out} left out");
        assert!(count > 0, "PostgreSQL {version}: no case in time");
    }
    assert!(report.is_empty(), "servers do otherwise than was measured (UPDATE=1 writes it):\n{report}");
}

/// Adds to the report what differs between the file and the server.
fn tell(report: &mut String, version: u16, case: &Case, facts: &Facts) {
    let Some(known) = case.on(version) else { return };
    let (mut known, mut facts) = (known.clone(), facts.clone());
    if case.has("planner") {
        for facts in [&mut known, &mut facts] {
            facts.scans.clear();
            facts.maybe.clear();
        }
    }
    if known != facts {
        let [was, is] = [known, facts].map(|facts| written_facts(&[version], &facts));
        let _ =
            writeln!(report, "{}/{}\n{}in the file:\n{was}\nnow:\n{is}\n", case.topic, case.id, case.text);
    }
}

fn measure_all(server: &PgServer, cases: &[Case]) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut bench = Bench::new(server).await;
        let version = bench.version;
        let seconds = env::var("CHECKRAIL_MEASURE_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(60);
        let deadline = Instant::now() + Duration::from_secs(seconds);
        let only = env::var("ONLY").ok();
        let chosen = |case: &Case| match &only {
            Some(part) if part == "new" => case.observed.is_empty(),
            Some(part) => case.id.contains(part.as_str()),
            None => update() || case.on(version).is_some(),
        };
        let mut numbers: Vec<usize> = (0..cases.len()).filter(|at| chosen(&cases[*at])).collect();
        // Base by base, and first those that leave the database as it was.
        numbers.sort_by_key(|at| {
            let case = &cases[*at];
            (!case.statements().0.is_empty() || case.has("outside"), case.base.clone())
        });
        let (mut facts, mut left_out) = (Vec::new(), 0);
        for at in numbers {
            if !update() && Instant::now() > deadline {
                left_out += 1;
            } else if let Some(seen) = bench.measure(&cases[at]).await {
                facts.push((at, seen));
            }
        }
        Measured { version, facts, left_out }
    })
}
