//! Options, configuration, policies, and what is said about wrong ones.

use crate::harness::checkrail;

use super::{Place, Run};

#[test]
fn help_is_on_record() {
    for command in [
        &[][..],
        &["review"],
        &["rules"],
        &["explain"],
        &["policy"],
        &["policy", "check"],
        &["shadow"],
        &["shadow", "install"],
        &["shadow", "status"],
        &["shadow", "serve"],
    ] {
        let run = Run::of(checkrail().args(command).arg("--help").output().expect("runs"));
        run.ends(0);
        insta::assert_snapshot!(format!("help-{}", command.join("-")), run.stdout);
    }
}

#[test]
fn wrong_usage() {
    let place = Place::with_migrations();
    place.run(&[]).fails(2, "Usage: checkrail");
    place.run(&["reveiw", "m"]).fails(2, "a similar subcommand exists: 'review'");
    place.run(&["m/"]).fails(2, "checkrail review m/");
    place.run(&["review"]).fails(2, "no migrations named");
    place.run(&["review", "m", "--last", "1", "--since", "main"]).fails(2, "cannot be used with");
    place.run(&["review", "m", "--last", "1", "--from", "2"]).fails(2, "cannot be used with");
    place.run(&["review", "m", "-q", "-v"]).fails(2, "cannot be used with");
    place.run(&["review", "m", "--config", "x", "--no-config"]).fails(2, "cannot be used with");
    place.run(&["review", "m", "--server-version", "9"]).fails(2, "use 13 to 18");
    place.run(&["review", "m", "--dialect", "oracle"]).fails(2, "use postgresql, mysql or sqlite");
    place.run(&["review", "m", "--fail-on", "eror"]).fails(2, "use error, warning, advice or never");
    place.run(&["review", "m", "--transaction", "maybe"]).fails(2, "auto, always, never");
    place.run(&["review", "postgres://u:secret@h/db"]).fails(2, "no source of migrations");
    let run = place.run(&["review", "postgres://u:secret@h/db"]);
    assert!(!run.stderr.contains("secret"), "{}", run.stderr);
}

#[test]
fn severity_decides_the_exit_code() {
    let place = Place::new();
    place.write("a.sql", "DROP TABLE t;\n");
    place.write("b.sql", "CREATE TABLE t (a int);\n");
    for (file, level, code) in [
        ("a.sql", "error", 1),
        ("a.sql", "never", 0),
        ("b.sql", "error", 0),
        ("b.sql", "warning", 1),
        ("b.sql", "advice", 1),
    ] {
        assert_eq!(place.run(&["review", file, "--fail-on", level]).code, code, "{file} {level}");
    }
}

#[test]
fn policies() {
    let place = Place::with_migrations();
    let check = |text: &str, message: &str| {
        place.write("p.yaml", text);
        place.run(&["policy", "check", "p.yaml"]).fails(2, message);
        place.run(&["review", "m", "--policy", "p.yaml"]).fails(2, message);
    };
    check(
        "version: 1\nrules:\n  drop-tabel: off\n",
        "p.yaml:3: unknown rule \"drop-tabel\": did you mean \"drop-table\"?",
    );
    check(
        "version: 1\nrules:\n  drop-table: eror\n",
        "p.yaml:3:15: rules.drop-table: unknown variant `eror`",
    );
    check("version: 1\nrule: {}\n", "p.yaml:2:1: unknown field `rule`");
    check("version: 2\n", "p.yaml:1: version 2 is not known");
    check(
        "version: 1\nextends: [defualt]\n",
        "p.yaml:2: unknown policy pack \"defualt\": did you mean \"default\"?",
    );
    check(
        "version: 1\nexceptions:\n  - rule: drop-table\n",
        "p.yaml:3:5: exceptions[0]: missing field `reason`",
    );
    check("SELECT 1;\n", "a mapping that begins with `version: 1`");
    check("version: 1\nrules:\n\t- x\n", "p.yaml:3:1: ");
    check(
        "version: 1\nrules:\n  multiple-tables-locked:\n    options:\n      maximum: 3\n",
        "p.yaml:5: rule multiple-tables-locked has no option \"maximum\": did you mean \"max\"?",
    );

    place.write("p.yaml", "version: 1\nrules:\n  rename-column: warning\n");
    let run = place.run(&["policy", "check", "p.yaml"]);
    run.ends(0);
    assert!(run.stdout.starts_with("p.yaml: valid, "), "{}", run.stdout);
    let run = place.run(&["review", "m", "--policy", "p.yaml", "--format", "json"]);
    run.ends(0);
    let finding = run.json()["findings"][0].clone();
    assert_eq!((&finding["severity"], &finding["policy"]), (&"warning".into(), &"p.yaml:3".into()));

    place.run(&["review", "m", "--policy", "strct"]).fails(2, "did you mean \"strict\"?");
    place.run(&["review", "m", "--policy", "./absent.yaml"]).fails(2, "./absent.yaml: no such file");
    assert_eq!(place.run(&["review", "m", "--policy", "rls-and-grants"]).code, 0);
    let run = place.run(&["policy", "list"]);
    run.ends(0);
    assert!(run.stdout.lines().all(|l| l.split_whitespace().count() > 3), "{}", run.stdout);
}

#[test]
fn configuration() {
    let place = Place::with_migrations();
    place.write("checkrail.yaml", "migrations: m\nfail_on: never\nserver_version: 15\n");
    let run = place.run(&["review", "--format", "json"]);
    run.ends(0);
    assert_eq!(run.json()["server_version"], 15);
    // The command line weighs more.
    let run = place.run(&["review", "m", "--fail-on", "error", "--server-version", "16", "--format", "json"]);
    run.ends(1);
    assert_eq!(run.json()["server_version"], 16);
    assert_eq!(place.run(&["review", "m", "--no-config"]).code, 1);
    place.run(&["review", "--no-config"]).fails(2, "no migrations named");

    // Found upwards; its paths are relative to itself.
    std::fs::create_dir(place.path().join("sub")).expect("a folder");
    let run =
        Run::of(checkrail().current_dir(place.path().join("sub")).arg("review").output().expect("runs"));
    run.ends(0);
    assert!(run.stdout.contains("../m/2_b.up.sql"), "{}", run.stdout);

    place.write("other.yaml", "polcy: strict\n");
    place.run(&["review", "m", "--config", "other.yaml"]).fails(2, "other.yaml:1: unknown field `polcy`");
    let run = place.run_with(&["review", "m"], &[("CHECKRAIL_CONFIG", "other.yaml")], "");
    run.fails(2, "did you mean \"policy\"?");
    place.run(&["review", "m", "--config", "absent.yaml"]).fails(2, "absent.yaml: no such file");
    place.write("checkrail.yaml", "transaction: maybe\n");
    place.run(&["review", "m"]).fails(2, "use auto, always or never");
    place.write("checkrail.yaml", "server_version: new\n");
    place.run(&["review", "m"]).fails(2, "expected a whole number");
}

#[test]
fn rules_and_explanations() {
    let place = Place::new();
    let run = place.run(&["rules"]);
    run.ends(0);
    assert!(run.stdout.contains("  drop-table "), "{}", run.stdout);
    let run = place.run(&["rules", "--format", "json", "--policy", "strict"]);
    run.ends(0);
    let rules = run.json();
    let find = |name: &str| {
        let rules = rules.as_array().expect("a list");
        rules.iter().find(|r| r["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    assert_eq!(find("drop-column")["level"], "error");
    assert_eq!(find("money-type")["level"], "off");

    let run = place.run(&["explain", "drop-table"]);
    run.ends(0);
    assert!(run.stdout.starts_with("drop-table (data-loss, error)\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("```sql flagged"), "{}", run.stdout);
    // By the name another tool has for it.
    assert!(place.run(&["explain", "ban-char-field"]).stdout.starts_with("char-type "));
    place
        .run(&["explain", "drop-tabel"])
        .fails(2, "did you mean \"drop-table\"? `checkrail rules` lists all");
    let several = place.run(&["explain", "ADDING-field-with-default"]).stdout;
    assert!(several.starts_with("ADDING-field-with-default (squawk) is covered by 2 rules:\n"), "{several}");
    assert!(several.contains("  volatile-default  "), "{several}");
    let names = place.run(&["rules", "--tool", "squawk"]).stdout;
    assert!(names.lines().any(|l| l.starts_with("ban-char-field ") && l.ends_with(" char-type")), "{names}");
    place.run(&["rules", "--tool", "squak"]).fails(2, "did you mean \"squawk\"?");
    place.run(&["explain", "zzz"]).fails(2, "unknown rule \"zzz\"; `checkrail rules` lists all");
}
