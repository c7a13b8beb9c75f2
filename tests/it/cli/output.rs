//! What is printed and written, and what is left alone.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::process::Stdio;

use crate::harness::{checkrail, scrubbed};

use super::Place;

#[test]
fn formats_go_where_they_are_told() {
    let place = Place::with_migrations();
    let run = place.run(&[
        "review",
        "m",
        "--format",
        "terminal",
        "--format",
        "json=r.json",
        "--format",
        "markdown=r.md",
    ]);
    run.ends(1);
    assert!(run.stdout.starts_with("error[rename-column]"), "{}", run.stdout);
    let report: serde_json::Value = serde_json::from_str(&place.read("r.json")).expect("JSON");
    assert_eq!(report["verdict"], "block");
    assert!(place.read("r.md").starts_with("<!-- checkrail -->\n"));
    assert_eq!(place.names(), ["m", "r.json", "r.md"], "no temporary file is left");
}

#[test]
fn sarif_alone_is_no_failure() {
    let place = Place::with_migrations();
    place.run(&["review", "m", "--format", "sarif"]).ends(0);
    place.run(&["review", "m", "--format", "sarif=r.sarif"]).ends(0);
    assert!(place.read("r.sarif").contains("\"ruleId\": \"rename-column\""));
    place.run(&["review", "m", "--format", "sarif=r.sarif", "--format", "terminal"]).ends(1);
    place.run(&["review", "m", "--format", "sarif=r.sarif", "--fail-on", "error"]).ends(1);
    place.write("opaque.sql", "EXPLODE t;\n");
    let run = place.run(&["review", "opaque.sql", "--format", "sarif=r.sarif", "--require-coverage"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
}

#[test]
fn the_page_of_a_step_is_added_to() {
    let place = Place::with_migrations();
    place.write("page.md", "# Earlier\n");
    let page = place.path().join("page.md");
    let env = [("GITHUB_STEP_SUMMARY", page.to_str().expect("UTF-8"))];
    let run = place.run_with(&["review", "m", "--format", "github", "--format", "github-summary"], &env, "");
    run.ends(1);
    assert!(
        run.stdout.starts_with("::error file=m/2_b.up.sql,line=1,endLine=1,col=1,endColumn=46,"),
        "{}",
        run.stdout
    );
    let text = place.read("page.md");
    assert!(text.starts_with("# Earlier\n\n## ⛔ Migration review: blocked"), "{text}");
    place.run_with(&["review", "m", "--format", &format!("markdown={}", env[0].1)], &env, "").ends(1);
    assert!(place.read("page.md").starts_with(text.trim_end()));
    // Without such a step it is a format as any other.
    let run = place.run(&["review", "m", "--format", "github-summary"]);
    assert!(run.stdout.starts_with("## ⛔ Migration review"), "{}", run.stdout);
    place.run(&["review", "m", "--format", "github-summary", "--format", "github"]).fails(2, "github=FILE");
    assert_eq!(place.names(), ["m", "page.md"]);
}

#[test]
fn paths_for_pipelines_begin_at_the_root_of_the_repository() {
    let place = Place::new();
    place.write("back/m/1_a.sql", "DROP TABLE t;\n");
    let run = |format: &str| {
        let output = checkrail()
            .current_dir(place.path().join("back"))
            .args(["review", "m/1_a.sql", "--format", format])
            .output()
            .expect("runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(run("github").contains(" file=back/m/1_a.sql,"));
    assert!(run("sarif").contains("\"uri\": \"back/m/1_a.sql\""));
    assert!(run("gitlab").contains("\"path\": \"back/m/1_a.sql\""));
    assert!(run("json").contains("\"path\": \"m/1_a.sql\""), "as the user names it");
}

#[test]
fn wrong_outputs_are_refused_before_anything_is_written() {
    let place = Place::with_migrations();
    let before = place.read("m/1_a.up.sql");
    place.run(&["review", "m", "--format", "jsn"]).fails(2, "unknown format \"jsn\"");
    place.run(&["review", "m", "--format", "json="]).fails(2, "the file name after = is empty");
    place.run(&["review", "m", "--format", "json", "--format", "markdown"]).fails(2, "markdown=FILE");
    let run = place.run(&["review", "m", "--format", "json=r", "--format", "markdown=./r"]);
    run.fails(2, "two formats for ./r");
    place.run(&["review", "m", "--format", "json=m/1_a.up.sql"]).fails(2, "would overwrite the input");
    place.run(&["review", "m", "--format", "json=m"]).fails(2, "cannot write m: it is a folder");
    let run = place.run(&["review", "m", "--format", "json=r.json", "--format", "markdown=absent/r.md"]);
    run.fails(2, "cannot write absent/r.md: its folder does not exist");
    assert_eq!(place.names(), ["m"], "the report that could be written is not there either");
    assert_eq!(place.read("m/1_a.up.sql"), before);
}

#[test]
fn existing_files_are_replaced_and_keep_their_mode() {
    let place = Place::with_migrations();
    place.write("real.json", "old");
    fs::set_permissions(place.path().join("real.json"), fs::Permissions::from_mode(0o600)).expect("a mode");
    symlink("real.json", place.path().join("link.json")).expect("a link");
    place.run(&["review", "m", "--format", "json=link.json"]).ends(1);
    assert!(place.path().join("link.json").is_symlink());
    assert!(place.read("real.json").starts_with('{'));
    let mode = fs::metadata(place.path().join("real.json")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // A device is written to, never replaced by a file.
    place.run(&["review", "m", "--format", "json=/dev/null"]).ends(1);
    assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::with_migrations();
    place.write("many.sql", "DROP TABLE t;\n".repeat(3000));
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    command.current_dir(place.path()).args(["review", "many.sql"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1), "the findings still decide");
}

#[test]
fn colours() {
    let place = Place::with_migrations();
    let coloured = |args: &[&str], env: &[(&str, &str)]| {
        let args = [&["review", "m"], args].concat();
        place.run_with(&args, env, "").stdout.contains("\x1b[")
    };
    // The harness sets NO_COLOR.
    let no = ("NO_COLOR", "");
    assert!(!coloured(&[], &[no]), "no terminal");
    assert!(coloured(&[], &[no, ("FORCE_COLOR", "1")]));
    assert!(coloured(&[], &[no, ("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[no, ("FORCE_COLOR", "0")]));
    assert!(!coloured(&[], &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]), "NO_COLOR wins");
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]), "the option wins");
    assert!(!coloured(&["--color", "never"], &[no, ("FORCE_COLOR", "1")]));
    assert!(!coloured(&["--color", "always", "--format", "json"], &[]));
    let explained = place.run(&["explain", "drop-table", "--color", "always"]).stdout;
    assert!(explained.starts_with("\x1b[1mdrop-table\x1b[0m"), "{explained}");
    place.run(&["review", "m", "--color", "always", "--format", "terminal=r.txt"]).ends(1);
    assert!(!place.read("r.txt").contains('\x1b'), "files have no colours");
}

#[test]
fn time_is_told_where_it_is_asked_for() {
    let place = Place::with_migrations();
    let last = |args: &[&str]| place.run(args).stdout.lines().last().expect("a line").to_owned();
    assert!(!last(&["review", "m"]).contains("; in "), "the same input gives the same bytes");
    assert!(last(&["review", "m", "--timing"]).contains("; in "));
}

#[test]
fn quiet_and_verbose() {
    let place = Place::with_migrations();
    let quiet = place.run(&["review", "m", "-q"]).stdout;
    let normal = place.run(&["review", "m"]).stdout;
    let verbose = place.run(&["review", "m", "-v"]).stdout;
    assert!(quiet.len() < normal.len() && normal.len() < verbose.len(), "{quiet}\n{normal}\n{verbose}");
    assert!(quiet.lines().last().expect("a line").starts_with("blocked: "), "{quiet}");
    assert!(verbose.contains("m/1_a.up.sql: each statement by itself (golang-migrate sends"), "{verbose}");
}

#[test]
fn rollback_scripts_are_named_as_the_layout_names_them() {
    for (up, down) in [
        ("m/1_a.up.sql", "r/1_a.down.sql"),
        ("m/V1__a.sql", "r/U1__a.sql"),
        ("m/2024-01-01-000000_a/up.sql", "r/2024-01-01-000000_a/down.sql"),
        ("m/a.sql", "r/a.down.sql"),
    ] {
        let place = Place::new();
        place.write(up, "CREATE TABLE t (id bigint PRIMARY KEY);\n");
        place.run(&["review", "m", "--rollback-dir", "r"]).ends(0);
        let script = place.read(down);
        assert!(script.contains("DROP TABLE public.t;"), "{script}");
    }
}

#[test]
fn rollback_scripts_overwrite_nothing_of_others() {
    let place = Place::with_migrations();
    place.write("m/2_b.down.sql", "-- by hand\n");
    let run = place.run(&["review", "m", "--rollback-dir", "m", "--format", "json=r.json"]);
    run.fails(2, "m/2_b.down.sql exists and differs");
    assert_eq!(place.names(), ["m"]);
    assert!(!place.path().join("m/1_a.down.sql").exists());
    // Again into the same folder: nothing differs.
    for _ in 0..2 {
        place.run(&["review", "m", "--rollback-dir", "r"]).ends(1);
    }
    place.write("file", "");
    place.run(&["review", "m", "--rollback-dir", "file"]).fails(2, "cannot write file");
}
