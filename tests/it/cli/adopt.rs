//! Moving from other tools: their comments, their configuration, and what a history lacks.

use super::Place;

const TABLE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text, fax text);\n";

/// The rules that stand, and those that are silenced with the reason and the line of the comment.
fn outcome(sql: &str) -> (Vec<String>, Vec<(String, String, String)>) {
    let place = Place::new();
    place.write("m/1_a.up.sql", TABLE);
    place.write("m/2_b.up.sql", format!("SET lock_timeout = '2s';\n{sql}"));
    let report = place.run(&["review", "m", "--last", "1", "--format", "json"]).json();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let list = |key: &str| report[key].as_array().expect("an array").clone();
    let standing = list("findings").iter().map(|f| text(&f["rule"])).collect();
    let silenced =
        list("silenced").iter().map(|s| (text(&s["rule"]), text(&s["reason"]), text(&s["place"]))).collect();
    (standing, silenced)
}

#[test]
fn comments_of_other_tools_are_followed_and_listed() {
    let drop = "ALTER TABLE users DROP COLUMN fax;\n";
    for (comment, reason) in [
        ("-- squawk-ignore ban-drop-column", "squawk-ignore ban-drop-column"),
        ("-- squawk-ignore ban-drop-column, prefer-text-field -- unused since May", "unused since May"),
        ("-- squawk-ignore", "squawk-ignore"),
        ("-- squawk-ignore-file", "squawk-ignore-file"),
        ("-- pgsafe:ignore drop-column empty in production", "empty in production"),
        ("-- pgfence-ignore: drop-column", "pgfence-ignore: drop-column"),
        ("-- migrationpilot-disable MP017", "migrationpilot-disable MP017"),
        ("-- pgm-lint:suppress PGM009", "pgm-lint:suppress PGM009"),
        ("-- safety-assured:start", "safety-assured:start"),
    ] {
        let end = if comment.ends_with(":start") { "-- safety-assured:end\n" } else { "" };
        let (standing, silenced) = outcome(&format!("{comment}\n{drop}{end}"));
        assert_eq!(standing, Vec::<String>::new(), "{comment}");
        let expected = ("drop-column".to_owned(), reason.to_owned(), "m/2_b.up.sql:2".to_owned());
        assert_eq!(silenced, [expected], "{comment}");
    }
}

#[test]
fn comments_of_other_tools_silence_no_more_than_they_say() {
    let drop = "ALTER TABLE users DROP COLUMN fax;\n";
    // Another rule; a rule that nothing here knows; the statement before; a block that has ended.
    for (before, after) in [
        ("-- squawk-ignore ban-drop-table\n", ""),
        ("-- squawk-ignore require-unicorns\n", ""),
        ("", "-- squawk-ignore ban-drop-column\nSELECT 1;\n"),
        ("-- safety-assured:start\nSELECT 1;\n-- safety-assured:end\n", ""),
        ("-- eugene: ignore E4\n", ""),
    ] {
        let (standing, silenced) = outcome(&format!("{before}{drop}{after}"));
        assert_eq!((standing, silenced), (vec!["drop-column".to_owned()], vec![]), "{before}{after}");
    }
    // A statement that fails is nobody's taste.
    let (standing, _) = outcome("-- squawk-ignore\nALTER TABLE users DROP COLUMN nothing;\n");
    assert_eq!(standing, ["failing-statement"]);
}

#[test]
fn migrations_in_another_language_leave_the_history_open() {
    let place = Place::new();
    let goose = |sql: &str| format!("-- +goose Up\nSET lock_timeout = '2s';\n{sql}\n");
    place.write("m/1_a.sql", goose("CREATE TABLE users (id bigint PRIMARY KEY);"));
    place.write("m/3_c.sql", goose("ALTER TABLE accounts ADD COLUMN note text;"));
    let run = place.run(&["review", "m", "--format", "json"]);
    assert_eq!((run.code, run.json()["findings"][0]["rule"].as_str()), (1, Some("failing-statement")));
    place.write("m/2_b.go", "package migrations\n");
    let run = place.run(&["review", "m", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stderr.contains("m/2_b.go is no SQL: what they make is not known"), "{}", run.stderr);
    // A dump beside the folder of another tool's migrations is complete.
    let dump = Place::new();
    dump.write("db/structure.sql", "CREATE TABLE a (id bigint PRIMARY KEY REFERENCES b);\n");
    dump.write("db/migrate/20240101000000_a.rb", "");
    dump.run(&["review", "db", "-q"]).ends(1);
    let change = place.run(&["review", "m/3_c.sql", "--schema", "m"]);
    assert!(change.stderr.contains("m/2_b.go is no SQL"), "{}", change.stderr);
}

/// A project that squawk looks after, with a server, pipelines and a baseline of nothing.
fn squawk_project() -> Place {
    let place = Place::new();
    place.write("db/migrations/1_a.up.sql", TABLE);
    place.write(
        "db/migrations/2_b.up.sql",
        "-- squawk-ignore renaming-column\nALTER TABLE users RENAME COLUMN email TO mail;\n",
    );
    place.write("db/migrations/3_c.up.sql", "ALTER TABLE users DROP COLUMN fax;\n");
    place.write("docker-compose.yml", "services:\n  db:\n    image: postgres:16-alpine\n");
    place.write(".github/workflows/test.yml", "on: push\n");
    place
}

#[test]
fn init_writes_what_a_review_takes() {
    let place = squawk_project();
    let run = place.run(&["init"]);
    run.ends(0);
    for line in [
        "wrote checkrail.yaml, the configuration: 3 migrations in db/migrations, read as golang-migrate",
        "wrote .github/workflows/checkrail.yml, the workflow for pull requests",
        "note: 1 comment `squawk-ignore` in 1 migration is followed in place",
        "note: replace your-organisation",
    ] {
        assert!(run.stdout.contains(line), "no {line:?} in {}", run.stdout);
    }
    assert!(place.read("checkrail.yaml").contains("server_version: 16 # docker-compose.yml says so"));
    assert!(place.read(".github/workflows/checkrail.yml").contains("paths: [\"db/migrations/**\"]"));
    let report = place.run(&["review", "--format", "json"]).json();
    assert_eq!((&report["server_version"], &report["summary"]["migrations"]), (&16.into(), &3.into()));
    // Every key that is only shown is valid too.
    let shown = place.read("checkrail.yaml");
    let keys = ["layout:", "dialect:", "transaction:", "policy:", "require_coverage:"];
    let active = keys.iter().fold(shown, |text, key| text.replace(&format!("# {key}"), key));
    place.write("checkrail.yaml", &active);
    assert_eq!(place.run(&["review", "--format", "json"]).json()["layout"], "golang-migrate");
}

#[test]
fn init_keeps_what_is_there() {
    let place = squawk_project();
    place.write("checkrail.yaml", "fail_on: never\n");
    place.run(&["init"]).fails(2, "checkrail.yaml is there already: --force replaces it");
    assert_eq!(place.read("checkrail.yaml"), "fail_on: never\n");
    assert!(!place.path().join(".github/workflows/checkrail.yml").exists());
    place.run(&["init", "--force"]).ends(0);
    assert!(place.read("checkrail.yaml").contains("db/migrations"));
    let empty = Place::new();
    empty.run(&["init"]).fails(3, "no migrations in this folder");
    assert_eq!(empty.names(), Vec::<String>::new());
}

#[test]
fn init_takes_squawk_over() {
    let place = squawk_project();
    place.run(&["init", "--from", "squawk"]).fails(2, "there is no .squawk.toml here or above");
    place.write(
        ".squawk.toml",
        "pg_version = \"15.2\"\nexcluded_rules = [\"ban-drop-column\", \"ban-unicorns\"]\nexcluded_paths = [\"db/migrations/2_*\"]\n\
         assume_in_transaction = true\n[upload_to_github]\nfail_on_violations = true\n",
    );
    let run = place.run(&["init", "--from", "squawk", "--ci", "none"]);
    run.ends(0);
    for line in [
        "wrote checkrail-policy.yaml, the policy: what .squawk.toml says",
        "note: excluded_rules: ban-unicorns has no counterpart",
        "note: upload_to_github.fail_on_violations has no counterpart",
        "note: assume_in_transaction is not taken over: how golang-migrate runs a file is known",
    ] {
        assert!(run.stdout.contains(line), "no {line:?} in {}", run.stdout);
    }
    place.run(&["policy", "check", "checkrail-policy.yaml"]).ends(0);
    let report = place.run(&["review", "--format", "json"]).json();
    assert_eq!(report["server_version"], 15);
    let findings = report["findings"].as_array().expect("an array");
    let rules: Vec<&str> = findings.iter().map(|f| f["rule"].as_str().expect("a name")).collect();
    assert_eq!(rules, ["missing-lock-timeout"], "the drop is off, the rename out of scope");
    place.write(".squawk.toml", "excluded_rules = [drop]\n");
    place.run(&["init", "--from", "squawk", "--force"]).fails(2, ".squawk.toml:1: this value cannot be read");
}

#[test]
fn init_below_the_root_and_for_gitlab() {
    let place = Place::new();
    place.write("services/api/migrations/V1__a.sql", TABLE);
    place.write(".gitlab-ci.yml", "test:\n  script: [\"true\"]\n");
    let run = super::Run::of(
        crate::harness::checkrail()
            .current_dir(place.path().join("services/api"))
            .arg("init")
            .output()
            .expect("runs"),
    );
    run.ends(0);
    assert!(
        run.stdout.contains("wrote ../../.gitlab/checkrail.yml, the job for merge requests"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("note: add to ../../.gitlab-ci.yml: include"), "{}", run.stdout);
    assert!(place.read(".gitlab/checkrail.yml").contains("- cd services/api"));
    assert!(
        place
            .read("services/api/checkrail.yaml")
            .contains("migrations: \"migrations\" # 1 migration, read as flyway")
    );
    let fresh = Place::new();
    fresh.write("m/V1__a.sql", TABLE);
    fresh.run(&["init", "--ci", "gitlab"]).ends(0);
    assert!(fresh.read(".gitlab-ci.yml").contains("local: .gitlab/checkrail.yml"));
}
