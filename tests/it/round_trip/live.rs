//! Round trips on a server: what the model says, the catalogs say; and a way back that is called exact is.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use checkrail::introspect::{Options, Target, introspect};
use checkrail::remedy::rollback::{Form, Reversibility, script_of_settled};
use checkrail::schema::Schema;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::model::{difference, play, residue, unsaid};
use super::{Case, config, draws};
use crate::harness::{PgServer, each_server};

/// Runs statements one by one; which of them the server took, and what it said of the others.
fn run(server: &PgServer, database: &str, texts: &[String]) -> (Vec<String>, Vec<String>) {
    let mut script = String::from("\\set ON_ERROR_STOP 0\n");
    for (number, text) in texts.iter().enumerate() {
        let told = format!("\\if :ERROR\n\\echo REFUSED {number} :LAST_ERROR_MESSAGE\n\\endif\n");
        script.extend([text, ";\n", &told]);
    }
    let told = server.psql(database, &script).unwrap_or_else(|error| panic!("{error}"));
    let refused: Vec<(usize, &str)> = told
        .lines()
        .filter_map(|line| line.strip_prefix("REFUSED ")?.split_once(' '))
        .map(|(number, message)| (number.parse().expect("a number"), message))
        .collect();
    let taken = |number: &usize| refused.iter().all(|(n, _)| n != number);
    let all = texts.iter().enumerate();
    (
        all.filter(|(n, _)| taken(n)).map(|(_, text)| text.clone()).collect(),
        refused.iter().map(|(n, message)| format!("{}: {message}", texts[*n])).collect(),
    )
}

fn catalogs(server: &PgServer, database: &str) -> Schema {
    let target = Target::parse(&server.url(database)).expect("a connection string");
    let options = Options { migrator: Some("postgres".into()), ..Options::default() };
    introspect(&target, &options).expect("a schema").schema
}

/// Removes a database, and the roles that the case made beside it.
fn forget(server: &PgServer, database: &str) {
    let sql = format!(
        "DROP DATABASE \"{database}\" WITH (FORCE);
        DO $$ DECLARE role text; BEGIN
            FOR role IN SELECT rolname FROM pg_roles WHERE oid >= 16384
            LOOP EXECUTE format('DROP ROLE %I', role); END LOOP;
        END $$"
    );
    server.psql("postgres", &sql).expect("a server without the database");
}

/// What a case came to.
pub struct Outcome {
    /// What the server refused although the model took it.
    pub refused: Vec<String>,
    /// The class of the way back; none when nothing was left to undo.
    pub class: Option<Reversibility>,
}

/// Runs a case and its way back.
pub fn check(server: &PgServer, case: &Case) -> Result<Outcome, String> {
    let database = server.create_db("round");
    let outcome = on(server, &database, case);
    forget(server, &database);
    outcome
}

fn on(server: &PgServer, database: &str, case: &Case) -> Result<Outcome, String> {
    let version = server.major();
    let (base, mut refused) = run(server, database, &case.base);
    let before = catalogs(server, database);
    let (up, more) = run(server, database, &case.up);
    refused.extend(more);
    let after = catalogs(server, database);
    let played = play(version, &Case { base, up }).map_err(|e| format!("the model refuses: {e}"))?;
    for (what, model, live) in [("base", &played.before, &before), ("up", &played.after, &after)] {
        if let Some(difference) = difference(model, live) {
            return Err(format!("{what} is not what the model says: {difference}"));
        }
    }
    let script = script_of_settled(&played.steps, Form::Own);
    let problem = |what: String| format!("{what}\n--- script:\n{}", script.sql);
    server.psql(database, &script.sql).map_err(|e| problem(format!("the script fails: {e}")))?;
    let restored = catalogs(server, database);
    match script.class {
        Reversibility::NoneNeeded | Reversibility::Exact => {
            if let Some(difference) = difference(&restored, &before) {
                return Err(problem(format!("{}: {difference}", script.class.as_str())));
            }
        }
        Reversibility::Lossy => {
            let residue = unsaid(&script, residue(&restored, &before));
            if !residue.is_empty() {
                return Err(problem(format!("lossy: {residue:#?}")));
            }
        }
        Reversibility::Irreversible => {}
    }
    Ok(Outcome { refused, class: (!script.sql.is_empty()).then_some(script.class) })
}

/// Random migrations on servers. The suite tries a few; `PROPTEST_CASES` says otherwise.
#[test]
fn servers_agree() {
    each_server(|server| {
        let (statements, refused) = (Cell::new(0), Cell::new(0));
        let classes = RefCell::new(BTreeSet::new());
        let mut runner = TestRunner::new(config(6));
        let outcome = runner.run(&draws(10, 6), |(base, up)| {
            let case = Case::of(server.major(), &base, &up);
            match check(server, &case) {
                Ok(outcome) => {
                    statements.set(statements.get() + case.base.len() + case.up.len());
                    refused.set(refused.get() + outcome.refused.len());
                    classes.borrow_mut().extend(outcome.class);
                    Ok(())
                }
                Err(error) => Err(TestCaseError::fail(format!("{error}\n{}", case.sql()))),
            }
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
        // What the server refuses tests nothing.
        assert!(refused.get() * 10 < statements.get(), "{} of {} refused", refused.get(), statements.get());
        assert!(classes.into_inner().contains(&Reversibility::Exact));
    });
}
