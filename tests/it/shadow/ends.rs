//! However a run ends, its servers end with it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Stdio};
use std::time::SystemTime;

use checkrail::shadow::binaries;

use super::*;
use crate::harness::checkrail;

/// `checkrail shadow serve` in a process group of its own, as a shell starts it.
fn serve(place: &Place) -> Option<Child> {
    let options = options(place)?;
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    command.args(["shadow", "serve", "--pg", &options.major?.to_string()]);
    command.env("PG_BINDIR", options.places.bindir?).env("TMPDIR", options.places.temp);
    command.env("CHECKRAIL_CACHE_DIR", options.places.cache?);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    Some(command.spawn().expect("checkrail"))
}

/// Waits for the URL, and returns it with the server's folder.
fn url(child: &mut Child) -> (PgConnectOptions, PathBuf) {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("works")).read_line(&mut line).expect("a line");
    let options: PgConnectOptions = line.trim().parse().expect("a connection string");
    let folder = options.get_socket().expect("a socket").clone();
    (options, folder)
}

/// Starts a server, ends its owner, and expects nothing to be left.
fn nothing_is_left_after(end: impl Fn(&mut Child)) {
    let place = Place::new();
    let Some(mut child) = serve(&place) else { return };
    let (options, folder) = url(&mut child);
    assert_eq!(ask(&options, "SELECT 'here'").expect("works"), "here");
    assert_eq!(place.names("temp").len(), 1);
    let pid = postmaster(&folder);
    end(&mut child);
    let status = child.wait().expect("works");
    assert!(status.signal().is_some(), "{status}");
    eventually("the server ends", || !alive(&pid));
    eventually("its folder is removed", || place.names("temp").is_empty());
}

#[test]
fn killed() {
    nothing_is_left_after(|child| child.kill().unwrap());
}

#[test]
fn interrupted_at_the_terminal() {
    // The terminal sends it to the whole group.
    nothing_is_left_after(|child| assert!(signal("-INT", &format!("-{}", child.id()))));
}

#[test]
fn terminated_or_hung_up() {
    nothing_is_left_after(|child| assert!(signal("-TERM", &child.id().to_string())));
    nothing_is_left_after(|child| assert!(signal("-HUP", &format!("-{}", child.id()))));
}

#[test]
fn killed_before_the_server_was_there() {
    // While initdb works, while its result is kept, while the server starts; on a fast machine after that.
    for milliseconds in [20, 100, 250, 500] {
        let place = Place::new();
        let Some(mut child) = serve(&place) else { return };
        eventually("a folder is made", || !place.names("temp").is_empty());
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        eventually("the folder is removed", || place.names("temp").is_empty());
        let unfinished = || place.names("cache/templates").iter().any(|name| name.starts_with("unfinished"));
        eventually("no half template", || !unfinished());
    }
}

#[test]
fn a_server_that_dies_is_told() {
    let place = Place::new();
    let Some(mut child) = serve(&place) else { return };
    let (_, folder) = url(&mut child);
    assert!(signal("-QUIT", &postmaster(&folder)));
    assert_eq!(child.wait().unwrap().code(), Some(4));
    assert_eq!(place.names("temp"), [""; 0]);
}

/// The keeper killed with its owner, as by a system that is out of memory: the next run cleans up.
#[test]
fn what_nobody_could_remove_is_removed_by_the_next_run() {
    let place = Place::new();
    let Some(mut child) = serve(&place) else { return };
    let (_, folder) = url(&mut child);
    let pid = postmaster(&folder);
    // Only Linux tells the numbers of our helpers; elsewhere there is nothing to try.
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let Ok(helpers) = fs::read_to_string(children) else { return child.kill().unwrap() };
    assert!(!helpers.is_empty());
    for helper in helpers.split_whitespace() {
        assert!(signal("-KILL", helper));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(alive(&pid) && folder.exists());

    // Too young to be told from one that is being made.
    let options = options(&place).unwrap();
    drop(Server::start(&options).unwrap());
    assert!(alive(&pid) && folder.exists());

    let old = SystemTime::now() - Duration::from_mins(5);
    fs::File::open(folder.join("owner.lock")).unwrap().set_modified(old).unwrap();
    drop(Server::start(&options).unwrap());
    eventually("the server ends", || !alive(&pid));
    assert_eq!(place.names("temp"), [""; 0]);
}

#[test]
fn servers_that_are_missing_are_told() {
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = checkrail();
        command.env_remove("CHECKRAIL_CACHE_DIR");
        let output = command.arg("shadow").args(args).envs(variables.iter().copied()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, message) = run(&[("PG_BINDIR", "/nonexistent")], &["serve"]);
    assert_eq!(code, Some(4));
    assert!(message.contains("PG_BINDIR is /nonexistent which has no `postgres` and `initdb`"), "{message}");

    // A version that this machine lacks, where there is one.
    let here = binaries::all(&Places { cache: None, bindir: None, ..places() }).unwrap();
    let Some(major) = (13..=18).find(|major| here.iter().all(|b| b.major != *major)) else { return };
    let major = major.to_string();
    for args in [["serve", "--pg", &major], ["status", "--pg", &major]] {
        let (code, message) = run(&[], &args);
        assert_eq!(code, Some(4));
        assert!(
            message.contains(&format!(
                "no PostgreSQL {major} server was found; `checkrail shadow install --pg {major}`"
            )),
            "{message}"
        );
    }
}
