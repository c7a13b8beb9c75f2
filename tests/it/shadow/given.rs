//! A server that the user prepared: our databases come and go, the others stay.

use checkrail::shadow::host::Host;
use checkrail::shadow::prepared::{NAMES, Prepared};

use super::*;
use crate::harness::checkrail;

/// Names of databases, templates apart.
fn databases(server: &PgServer) -> String {
    ask(
        &server.server().options("postgres"),
        "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate",
    )
    .expect("works")
}

#[test]
fn databases_come_and_go() {
    each_server(|server| {
        server.server().create_database("theirs", None).unwrap();
        let prepared = Prepared::open(&server.url("theirs"), None, None).unwrap();
        assert_eq!(prepared.major(), server.major());
        let host = Host::Given(Box::new(prepared));
        assert_eq!(host.major(), server.major());
        let one = host.create_database(None).unwrap();
        assert!(one.starts_with(NAMES), "{one}");
        ask(&host.options(&one), "CREATE TABLE t AS SELECT 'x' AS n").unwrap();
        let two = host.create_database(Some(&one)).unwrap();
        assert_eq!(ask(&host.options(&two), "SELECT n FROM t").unwrap(), "x");
        host.drop_database(&one).unwrap();
        assert_eq!(databases(server), format!("{two} postgres theirs"));
        let error = host.drop_database("theirs").unwrap_err().to_string();
        assert!(error.contains("was not made by this run"), "{error}");
        drop(host);
        assert_eq!(databases(server), "postgres theirs");
    });
}

#[test]
fn the_database_under_review_is_refused() {
    let Some(server) = PgServer::shared() else { return };
    let (target, other) = (server.create_db("target"), server.create_db("other"));
    let open = |shadow: &str, target: &str| Prepared::open(shadow, Some(target), None).map(|_| ());
    let refused = |shadow: &str, target: &str| {
        let error = open(shadow, target).unwrap_err();
        assert!(matches!(error, Error::SameDatabase), "{error}");
    };
    refused(&server.url(&target), &server.url(&target));
    // One folder by two names, which only the server can tell.
    let link = Place::new();
    std::os::unix::fs::symlink(server.socket_folder(), link.path("s")).unwrap();
    let by_link = format!("postgres://postgres@localhost/{target}?host={}", link.path("s").display());
    refused(&server.url(&target), &by_link);
    // No server need be asked for these.
    refused("postgres://a@db.example.org/app", "postgres://b:secret@DB.example.org:5432/app");
    refused("postgres://app@127.0.0.1:1", "postgres://app@localhost:1/app");
    open(&server.url(&other), &server.url(&target)).unwrap();
    // A target that cannot be reached is no reason to stop.
    open(&server.url(&other), "postgres://nobody@localhost:1/x").unwrap();
}

#[test]
fn failures_are_told_without_the_password() {
    let Some(server) = PgServer::shared() else { return };
    let error = Prepared::open("postgres://u:geheim@localhost:1/x", None, None).unwrap_err().to_string();
    assert!(error.starts_with("cannot connect to localhost:1: "), "{error}");
    assert!(!error.contains("geheim"), "{error}");
    let error = Prepared::open("postgres://u:geheim@h:port/x", None, None).unwrap_err().to_string();
    assert!(error.starts_with("the URL of --shadow-url cannot be read"), "{error}");
    assert!(!error.contains("geheim"), "{error}");

    ask(&server.server().options("postgres"), "CREATE ROLE plain LOGIN").unwrap();
    let url = server.url("postgres").replace("//postgres@", "//plain@");
    let error = Prepared::open(&url, None, None).unwrap().create_database(None).unwrap_err().to_string();
    assert!(error.contains("permission denied to create database; the role needs CREATEDB"), "{error}");
}

#[test]
fn the_keeper_drops_what_a_killed_run_left() {
    let Some(server) = PgServer::start() else { return };
    let make = |name: &str| server.server().create_database(name, None).unwrap();
    let run = format!("{NAMES}0123");
    let (left, dropped, another) = (format!("{run}_1"), format!("{run}_2"), format!("{NAMES}4567_1"));
    ["theirs", &left, &another].into_iter().for_each(make);
    let input = format!("{}\n{run}\n+{left}\n+{dropped}\n+theirs\n-{dropped}\n", server.url("postgres"));
    checkrail().args(["shadow", "keep"]).write_stdin(input).assert().code(0).stdout("").stderr("");
    assert_eq!(databases(&server), format!("{another} postgres theirs"));

    // A run with a keeper that ends well leaves it nothing to do.
    let mut keeper = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    keeper.args(["shadow", "keep"]);
    let prepared = Prepared::open(&server.url("postgres"), None, Some(keeper)).unwrap();
    prepared.create_database(None).unwrap();
    prepared.close().unwrap();
    assert_eq!(databases(&server), format!("{another} postgres theirs"));
}
