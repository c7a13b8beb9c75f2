//! The harness keeps its promises.

use crate::harness::{PgServer, checkrail, repo, scrubbed};

#[test]
fn fixtures_are_found_from_the_top_of_the_repository() {
    assert!(repo("Cargo.toml").is_file());
}

#[test]
fn the_environment_of_commands_is_scrubbed() {
    let output = scrubbed("env").env("EXTRA", "1").output().unwrap();
    let mut names: Vec<_> = str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .filter(|name| !["TMPDIR", "LLVM_PROFILE_FILE"].contains(name))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "COLUMNS",
            "EXTRA",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_NOSYSTEM",
            "HOME",
            "LC_ALL",
            "NO_COLOR",
            "PATH",
            "TERM",
            "TZ"
        ]
    );
}

#[test]
fn the_binary_runs() {
    let output = checkrail().arg("--version").output().unwrap();
    assert!(output.status.code().is_some(), "ended by a signal: {output:?}");
}

#[test]
fn the_shared_server_answers() {
    let Some(server) = PgServer::shared() else { return };
    assert_eq!(server.psql("postgres", "SELECT 1; SELECT 2, 'x'").unwrap(), "1\n2|x");
    assert_eq!(server.psql("postgres", "SHOW listen_addresses").unwrap(), "");
}

#[test]
fn databases_of_one_hint_are_distinct_and_empty() {
    let Some(server) = PgServer::shared() else { return };
    let (one, two) = (server.create_db("same"), server.create_db("same"));
    assert_ne!(one, two);
    server.psql(&one, "CREATE TABLE t (id int)").unwrap();
    assert_eq!(server.psql(&two, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").unwrap(), "0");
}

#[test]
fn statements_run_one_by_one_and_stop_at_the_first_error() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("stop");
    let error = server
        .psql(
            &database,
            "CREATE TABLE t (id int);
             CREATE INDEX CONCURRENTLY i ON t (id);
             SELECT * FROM absent;
             DROP TABLE t;",
        )
        .unwrap_err();
    assert!(error.contains("relation \"absent\" does not exist"), "{error}");
    assert_eq!(
        server.psql(&database, "SELECT indexname FROM pg_indexes WHERE tablename = 't'").unwrap(),
        "i"
    );
}

#[test]
fn the_server_is_of_its_version() {
    let Some(server) = PgServer::shared() else { return };
    let number: u16 = server
        .psql("postgres", "SHOW server_version_num")
        .unwrap()
        .parse::<u32>()
        .map(|n| u16::try_from(n / 10_000).unwrap())
        .unwrap();
    assert_eq!(server.major(), number);
    assert!(server.url("a b").starts_with("postgres://postgres@localhost:5432/a%20b?host=%2F"));
}
