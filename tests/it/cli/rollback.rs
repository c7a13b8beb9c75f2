//! `checkrail rollback`: what is printed, what is written and where, and what is left alone.

use super::Place;

const UP: &str = "ALTER TABLE users DROP COLUMN email;\nCREATE INDEX users_id ON users (id);\n";
const BASE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";

impl Place {
    /// Two migrations of a layout without ways back.
    fn without_downs(layout: &str) -> Self {
        let place = Self::new();
        match layout {
            "golang-migrate" | "sqlx" => {
                place.write("m/1_a.up.sql", BASE);
                place.write("m/2_b.up.sql", UP);
            }
            "goose" => {
                place.write("m/1_a.sql", format!("-- +goose Up\n{BASE}"));
                place.write("m/2_b.sql", format!("-- +goose Up\n{UP}\n-- +goose Down\n"));
            }
            "dbmate" => {
                place.write("m/1_a.sql", format!("-- migrate:up\n{BASE}\n-- migrate:down\n"));
                place.write("m/2_b.sql", format!("-- migrate:up\n{UP}"));
            }
            "diesel" => {
                place.write("m/2024-01-01-000000_a/up.sql", BASE);
                place.write("m/2024-01-02-000000_b/up.sql", UP);
            }
            "flyway" => {
                place.write("m/V1__a.sql", BASE);
                place.write("m/V2__b.sql", UP);
            }
            "sqitch" => {
                let line = |name| format!("{name} 2024-01-01T00:00:00Z A <a@example.org>\n");
                place.write("m/sqitch.plan", format!("%project=p\n\n{}{}", line("a"), line("b")));
                place.write("m/deploy/a.sql", BASE);
                place.write("m/deploy/b.sql", UP);
                place.write("m/revert/README.txt", "");
            }
            other => panic!("{other}"),
        }
        place
    }
}

#[test]
fn the_way_back_is_printed_with_its_class_findings_and_copies() {
    let place = Place::without_downs("golang-migrate");
    let run = place.run(&["rollback", "m", "--last", "1"]);
    run.ends(0);
    insta::assert_snapshot!(run.stdout);
    assert_eq!(place.names(), ["m"], "nothing is written");
}

#[test]
fn it_is_written_where_the_tool_looks_for_it_and_restores() {
    for (layout, down) in [
        ("golang-migrate", "m/2_b.down.sql"),
        ("sqlx", "m/2_b.down.sql"),
        ("goose", "m/2_b.sql"),
        ("dbmate", "m/2_b.sql"),
        ("diesel", "m/2024-01-02-000000_b/down.sql"),
        ("flyway", "m/U2__b.sql"),
        ("sqitch", "m/revert/b.sql"),
    ] {
        let place = Place::without_downs(layout);
        let run = place.run(&["rollback", "m", "--layout", layout, "--write"]);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{layout}: {}", run.stderr);
        let text = place.read(down);
        assert!(text.contains("ADD COLUMN email text"), "{layout}: {text}");
        let report =
            place.run(&["review", "m", "--layout", layout, "--format", "json", "--fail-on", "never"]).json();
        let downs: Vec<&str> = report["migrations"]
            .as_array()
            .expect("migrations")
            .iter()
            .map(|m| m["down"]["verdict"].as_str().expect("a verdict"))
            .collect();
        assert_eq!(downs, ["restores", "restores"], "{layout}");
        // A second time there is nothing to replace, with --force it is the same again.
        let again = place.run(&["rollback", "m", "--layout", layout, "--write", "--force"]);
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert_eq!(place.read(down), text, "{layout}");
    }
}

#[test]
fn what_a_person_wrote_is_left_alone() {
    let place = Place::without_downs("golang-migrate");
    place.write("m/2_b.down.sql", "DROP INDEX users_id;\n");
    let run = place.run(&["rollback", "m", "--write"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("m/2_b.up.sql has a way back already: --force replaces it"),
        "{}",
        run.stderr
    );
    assert_eq!(place.read("m/2_b.down.sql"), "DROP INDEX users_id;\n");
    assert!(place.read("m/1_a.down.sql").contains("DROP TABLE public.users"));
    place.run(&["rollback", "m", "--write", "--force"]);
    assert!(place.read("m/2_b.down.sql").contains("ADD COLUMN email"));

    let place = Place::without_downs("goose");
    let goose = format!("-- +goose Up\n{UP}\n-- +goose Down\nDROP INDEX users_id;\n");
    place.write("m/2_b.sql", &goose);
    place.run(&["rollback", "m", "--write"]);
    assert_eq!(place.read("m/2_b.sql"), goose);
}

#[test]
fn a_folder_gets_the_copies_too() {
    let place = Place::without_downs("golang-migrate");
    let run = place.run(&["rollback", "m", "--out", "back"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        place.read("back/2_b.before.sql"),
        "-- run this before the migration\n\
         -- keeps values of email of public.users in public.users_kept_2\n\
         CREATE TABLE public.users_kept_2 AS SELECT id, email FROM public.users;\n"
    );
    assert!(place.read("back/2_b.after.sql").contains("UPDATE public.users AS now SET email = kept.email"));
    place.write("back/2_b.down.sql", "mine");
    let run = place.run(&["rollback", "m", "--out", "back"]);
    run.fails(2, "--out: back/2_b.down.sql exists and differs");
    assert_eq!(place.read("back/2_b.down.sql"), "mine");
}

#[test]
fn concurrent_forms_stand_where_the_tool_can_run_them() {
    let up = "DROP INDEX CONCURRENTLY users_email;\n";
    let base = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);\n";
    let place = Place::new();
    place.write("m/1_a.up.sql", base);
    place.write("m/2_b.up.sql", format!("-- no-transaction\n{up}"));
    place.write("m/1_a.down.sql", "DROP TABLE users;\n");
    let run = place.run(&["rollback", "m", "--layout", "sqlx", "--last", "1"]);
    assert!(run.stdout.contains("-- no-transaction\n"), "{}", run.stdout);
    assert!(run.stdout.contains("CREATE INDEX CONCURRENTLY users_email"), "{}", run.stdout);
    // With anything beside it, the tool's one transaction leaves only the form that blocks.
    place.write("m/2_b.up.sql", "DROP INDEX users_email;\nALTER TABLE users ADD COLUMN n int;\n");
    let run = place.run(&["rollback", "m", "--layout", "sqlx", "--last", "1"]);
    assert!(run.stdout.contains("\nCREATE INDEX users_email ON public.users (email);"), "{}", run.stdout);
    assert!(run.stdout.contains("error[non-concurrent-index]"), "{}", run.stdout);
    // psql runs transactions that the script itself begins.
    let run = place.run(&["rollback", "m", "--layout", "plain", "--last", "1"]);
    assert!(run.stdout.contains("COMMIT;\nCREATE INDEX CONCURRENTLY users_email"), "{}", run.stdout);
}

#[test]
fn tools_without_a_way_back_are_told() {
    let place = Place::new();
    place.write("m/V1__a.sql", BASE);
    place.write("refinery.toml", "");
    let run = place.run(&["rollback", "m", "--layout", "refinery", "--write"]);
    run.fails(2, "refinery runs no way back: use --out DIR");
    let place = Place::new();
    place.write("m/1_a.sql", BASE);
    let run = place.run(&["rollback", "m", "--layout", "sqlx", "--write"]);
    run.fails(2, "sqlx has a way back only for 1_name.up.sql");
}

#[test]
fn what_cannot_be_undone_is_told_by_the_exit_code() {
    let place = Place::new();
    place.write("m/1_a.up.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
    place.write("m/2_b.up.sql", "DELETE FROM t WHERE id > 9;\n");
    let run = place.run(&["rollback", "m", "--last", "1"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("-- rollback: irreversible"), "{}", run.stdout);
    assert!(run.stdout.contains("CREATE TABLE public.t_kept_2 AS SELECT id FROM public.t WHERE id > 9;"));
    let run = place.run(&["rollback", "m", "--from", "9"]);
    assert_ne!(run.code, 0, "there is no version 9: {}", run.stderr);
}
