//! Hand-written ways back: what is found in them, in every layout that has them, and whether a server agrees.

mod cases;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{PgServer, checkrail};

use self::cases::{CASES, Case};

/// A folder of one migration after another that made the schema, in one layout.
struct Set {
    folder: TempDir,
    layout: &'static str,
}

/// The layouts that have ways back.
const LAYOUTS: &[&str] = &["golang-migrate", "goose", "dbmate", "diesel", "sqlx", "sqitch", "flyway"];

impl Set {
    fn new(layout: &'static str, case: &Case) -> Self {
        let set = Self { folder: tempfile::tempdir().expect("a folder"), layout };
        fs::create_dir(set.folder.path().join(".git")).expect("a folder");
        if layout == "sqitch" {
            set.write("sqitch.conf", "[core]\n\tengine = pg\n");
            let line = |name| format!("{name} 2024-01-01T00:00:00Z A <a@example.org>\n");
            set.write("sqitch.plan", &format!("%project=p\n\n{}{}", line("first"), line("second")));
        }
        set.migration(1, "first", case.before, "DROP SCHEMA public CASCADE;\n");
        set.migration(2, "second", case.up, case.down);
        set
    }

    fn migration(&self, version: u32, name: &str, up: &str, down: &str) {
        match self.layout {
            "golang-migrate" | "sqlx" => {
                self.write(&format!("{version}_{name}.up.sql"), up);
                self.write(&format!("{version}_{name}.down.sql"), down);
            }
            "diesel" => {
                self.write(&format!("2024-01-0{version}-000000_{name}/up.sql"), up);
                self.write(&format!("2024-01-0{version}-000000_{name}/down.sql"), down);
            }
            "goose" => {
                self.write(
                    &format!("{version}_{name}.sql"),
                    &format!("-- +goose Up\n{up}-- +goose Down\n{down}"),
                );
            }
            "dbmate" => {
                self.write(
                    &format!("{version}_{name}.sql"),
                    &format!("-- migrate:up\n{up}-- migrate:down\n{down}"),
                );
            }
            "flyway" => {
                self.write(&format!("V{version}__{name}.sql"), up);
                self.write(&format!("U{version}__{name}.sql"), down);
            }
            "sqitch" => {
                self.write(&format!("deploy/{name}.sql"), up);
                self.write(&format!("revert/{name}.sql"), down);
            }
            other => panic!("{other}"),
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    /// The report on the second migration.
    fn report(&self) -> Value {
        let from = match self.layout {
            "sqitch" => vec!["--from", "second"],
            "diesel" => vec!["--from", "20240102000000"],
            _ => vec!["--from", "2"],
        };
        let args = ["review", ".", "--layout", self.layout, "--format", "json", "--fail-on", "never"];
        let output =
            checkrail().current_dir(self.folder.path()).args(args).args(from).output().expect("runs");
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The findings about the way back: rule, severity, file, and the text at the place.
fn findings(report: &Value, folder: &Path) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let all = report["findings"].as_array().expect("findings").iter();
    let found = all.filter(|f| {
        let rule = f["rule"].as_str().expect("a rule");
        rule.contains("down") && !rule.contains("drop-down")
    });
    found
        .map(|f| {
            let line = usize::try_from(f["line"].as_u64().expect("a line")).expect("small");
            let file = fs::read_to_string(folder.join(f["path"].as_str().expect("a path"))).expect("a file");
            let line = file.lines().nth(line - 1).unwrap_or("").to_owned();
            (text(&f["rule"]), text(&f["severity"]), line)
        })
        .collect()
}

#[test]
fn every_finding_in_every_layout() {
    let mut wrong = Vec::new();
    for case in CASES {
        for layout in LAYOUTS {
            if case.not_in.contains(layout) {
                continue;
            }
            let set = Set::new(layout, case);
            let report = set.report();
            let down = &report["migrations"][0]["down"];
            let found = findings(&report, set.folder.path());
            let expected: Vec<_> = case
                .findings
                .iter()
                .map(|(rule, severity, line)| {
                    ((*rule).to_owned(), (*severity).to_owned(), (*line).to_owned())
                })
                .collect();
            if down["verdict"] != *case.verdict || found != expected {
                wrong.push(format!("{} in {layout}: {down:#}\nfound {found:#?}", case.name));
            }
            let said = down["differences"].as_array().expect("differences");
            let said: Vec<&str> = said.iter().map(|d| d.as_str().expect("text")).collect();
            if let Some(text) = case.says
                && !said.contains(&text)
            {
                wrong.push(format!("{} in {layout} does not say {text:?}: {said:#?}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is claimed is what a server does: errors with their SQLSTATE, schemas as `pg_dump` sees them.
#[test]
fn a_server_agrees() {
    let Some(server) = PgServer::shared() else { return };
    let mut wrong = Vec::new();
    for case in CASES.iter().filter(|case| case.on_server) {
        let database = server.create_db("down");
        let run = |sql: &str| server.psql(&database, &format!("\\set VERBOSITY verbose\n{sql}"));
        run(case.before).unwrap_or_else(|e| panic!("{}: before: {e}", case.name));
        let before = server.dump(&database);
        run(case.up).unwrap_or_else(|e| panic!("{}: up: {e}", case.name));
        let outcome = run(case.down);
        let after = server.dump(&database);
        let sorted = |dump: &str| {
            let mut lines: Vec<&str> = dump.lines().map(|l| l.trim_end_matches(',')).collect();
            lines.sort_unstable();
            lines.join("\n")
        };
        let right = match case.verdict {
            "restores" | "nothing-to-do" => outcome.is_ok() && before == after,
            "reorders" => outcome.is_ok() && before != after && sorted(&before) == sorted(&after),
            "renames" | "differs" => outcome.is_ok() && sorted(&before) != sorted(&after),
            "empty" => outcome.is_ok() && before != after,
            "fails" => {
                let says = case.says.expect("an error");
                let state = says.rsplit("SQLSTATE ").next().unwrap_or("").trim_end_matches(')');
                let state = if says.contains("SQLSTATE") { state } else { "42601" };
                outcome.as_ref().is_err_and(|e| e.contains(state))
            }
            "irreversible" => outcome.is_err() || before != after,
            other => panic!("{other}"),
        };
        if !right {
            wrong.push(format!("{}: {outcome:?}\n{before}\n---\n{after}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Copies made before a migration bring back, after its rollback, what the rollback alone cannot.
#[test]
fn copies_bring_the_data_back() {
    let Some(server) = PgServer::shared() else { return };
    let base = "CREATE TABLE kinds (id int PRIMARY KEY, name text NOT NULL DEFAULT '');\n\
                CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind int REFERENCES kinds, \
                email text, twice int GENERATED ALWAYS AS (kind * 2) STORED);\n\
                CREATE TABLE old (id int, note text);\n";
    let rows = "INSERT INTO kinds VALUES (1, 'one'), (2, 'two'), (3, 'three');\n\
                INSERT INTO users (kind, email) VALUES (1, 'a'), (2, 'b'), (NULL, 'it''s');\n\
                INSERT INTO old VALUES (1, 'x'), (1, NULL);\n";
    let up = "DELETE FROM users WHERE kind = 2;\nDELETE FROM kinds WHERE id = 2;\n\
              UPDATE kinds SET name = upper(name) WHERE id > 1;\nALTER TABLE users DROP COLUMN email;\n\
              DROP TABLE old;\n";
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("1_a.up.sql"), base).expect("written");
    fs::write(path("2_b.up.sql"), up).expect("written");
    let args = ["rollback", ".", "--last", "1", "--out", "back", "--no-config"];
    checkrail().current_dir(folder.path()).args(args).assert().code(1);
    let script = |name: &str| fs::read_to_string(path("back").join(name)).expect(name);
    let database = server.create_db("kept");
    let run = |sql: &str| server.psql(&database, sql).unwrap_or_else(|e| panic!("{e}\n{sql}"));
    let state = || {
        run(
            "SELECT 'k', id, name FROM kinds ORDER BY id; SELECT 'u', id, kind, email, twice FROM users ORDER BY id; \
             SELECT 'o', id, note FROM old ORDER BY note",
        )
    };
    run(&format!("{base}{rows}"));
    let before = state();
    run(&script("2_b.before.sql"));
    run(up);
    run(&format!("BEGIN;\n{}COMMIT;\n", script("2_b.down.sql")));
    assert_ne!(state(), before);
    run(&script("2_b.after.sql"));
    assert_eq!(state(), before);
    assert_eq!(run("SELECT count(*) FROM pg_class WHERE relname LIKE '%kept%'"), "0");
}

/// The review goes on as if the way back had not been replayed.
#[test]
fn a_way_back_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write(
        "1_a.up.sql",
        "CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n",
    );
    write(
        "1_a.down.sql",
        "SET search_path = other;\nDROP FUNCTION public.f(int);\nDROP TABLE public.a;\nCREATE TABLE public.b (x other.missing);\n",
    );
    write(
        "2_b.up.sql",
        "ALTER TABLE a ADD COLUMN x int DEFAULT f(1);\nCREATE TABLE b (id bigint PRIMARY KEY);\n",
    );
    write("2_b.down.sql", "BEGIN;\nDROP TABLE b;\nROLLBACK;\nALTER TABLE a DROP COLUMN x;\nDROP TABLE b;\n");
    write("3_c.up.sql", "ALTER TABLE b ADD COLUMN y int REFERENCES a;\n");
    let report = |with: bool| -> Value {
        if !with {
            for name in ["1_a.down.sql", "2_b.down.sql"] {
                fs::remove_file(folder.path().join(name)).expect("removed");
            }
        }
        let args = ["review", ".", "--format", "json", "--fail-on", "never", "--no-config"];
        let output = checkrail().current_dir(folder.path()).args(args).output().expect("runs");
        let mut report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = report["findings"].as_array_mut().expect("findings");
        findings.retain(|f| !f["rule"].as_str().is_some_and(|rule| rule.contains("down")));
        for migration in report["migrations"].as_array_mut().expect("migrations") {
            migration["down"] = Value::Null;
        }
        report["summary"] = Value::Null;
        report["verdict"] = Value::Null;
        report
    };
    let with = report(true);
    assert_eq!(with, report(false));
}

/// What is not known is not claimed: one file without its history, and a history that could not be read.
#[test]
fn unknown_is_no_claim() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("7_x.up.sql", "DROP INDEX old_idx;\nALTER TABLE t DROP CONSTRAINT t_fk;\n");
    write(
        "7_x.down.sql",
        "CREATE INDEX old_idx ON t (a);\nALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (a) REFERENCES u;\nDROP TABLE z;\n",
    );
    let args = ["review", "7_x.up.sql", "--format", "json", "--fail-on", "never", "--no-config"];
    let output = checkrail().current_dir(folder.path()).args(args).output().expect("runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|f| f["rule"].as_str().filter(|rule| rule.contains("down")))
        .collect();
    assert!(rules.iter().all(|rule| *rule == "down-blocks-longer"), "{rules:?}");
    assert!(matches!(report["migrations"][0]["down"]["verdict"].as_str(), Some("unknown" | "restores")));
}
