//! What runs in other people's pipelines: the action and its scripts, the GitLab template, the hook, the container, the
//! packaging. The scripts are run here as GitHub runs them, in throw-away repositories, with a program in the place of
//! `gh` and `curl` that writes down what it is asked and answers from a file.

mod action;
mod emulator;
mod files;
mod packages;
mod scripts;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{repo, scrubbed};

/// The token of the job, which must not show anywhere.
const TOKEN: &str = "ghs_0123456789secret";

/// What one script did.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// A checkout in a job, with the folders of a runner.
struct Job {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

impl Job {
    /// A pull request with a migration, merged into a `main` that has one, and checked out as a job does: one commit.
    fn pull_request() -> Self {
        let job = Self::on(&[("db/m/1_a.sql", "CREATE TABLE t (id bigint PRIMARY KEY, a int);\n")]);
        let origin = job.path("origin");
        git(&origin, &["checkout", "-q", "-b", "change"]);
        write(
            &origin.join("db/m/2_b.sql"),
            "SET lock_timeout = '2s';\nALTER TABLE t DROP COLUMN a;\nDROP TABLE t;\n",
        );
        commit(&origin, "change");
        let head = git(&origin, &["rev-parse", "HEAD"]);
        git(&origin, &["checkout", "-q", "main"]);
        write(&origin.join("README"), "main goes on\n");
        commit(&origin, "main goes on");
        let base = git(&origin, &["rev-parse", "HEAD"]);
        git(&origin, &["checkout", "-q", "-b", "merged"]);
        git(&origin, &["merge", "-q", "--no-ff", "-m", "merge", "change"]);
        git(&origin, &["update-ref", "refs/pull/7/merge", "HEAD"]);
        git(&origin, &["checkout", "-q", "main"]);
        let event = json!({"pull_request": {"number": 7, "base": {"sha": base, "ref": "main"}, "head": {"sha": head}}});
        job.checked_out("pull_request", "refs/pull/7/merge", &event).with("GITHUB_BASE_REF", "main")
    }

    /// A repository `origin` with these files on `main`.
    fn on(files: &[(&str, &str)]) -> Self {
        let job = Self { folder: tempfile::tempdir().expect("a folder"), env: BTreeMap::new() };
        let origin = job.path("origin");
        fs::create_dir(&origin).expect("a folder");
        git(&origin, &["init", "-q", "-b", "main"]);
        for (path, text) in files {
            write(&origin.join(path), text);
        }
        commit(&origin, "first");
        job
    }

    /// Checks a ref of `origin` out, without history, and sets what a runner sets.
    fn checked_out(mut self, event: &str, reference: &str, payload: &serde_json::Value) -> Self {
        let (origin, work) = (self.path("origin"), self.path("work"));
        fs::create_dir(&work).expect("a folder");
        git(&work, &["init", "-q"]);
        git(&work, &["remote", "add", "origin", &format!("file://{}", origin.display())]);
        git(&work, &["fetch", "-q", "--no-tags", "--depth=1", "origin", reference]);
        git(&work, &["checkout", "-q", "--detach", "FETCH_HEAD"]);
        let sha = git(&work, &["rev-parse", "HEAD"]);
        write(&self.path("event.json"), &payload.to_string());
        fs::create_dir(self.path("temp")).expect("a folder");
        for file in ["output", "summary.md"] {
            write(&self.path(file), "");
        }
        for (key, file) in [
            ("GITHUB_EVENT_PATH", "event.json"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary.md"),
            ("GITHUB_WORKSPACE", "work"),
            ("RUNNER_TEMP", "temp"),
        ] {
            let path = self.path(file);
            self = self.with(key, path.to_str().expect("UTF-8"));
        }
        let top = repo(".");
        self.with("GITHUB_ACTIONS", "true")
            .with("CI", "true")
            .with("GITHUB_EVENT_NAME", event)
            .with("GITHUB_REF", reference)
            .with("GITHUB_REF_NAME", reference.trim_start_matches("refs/heads/"))
            .with("GITHUB_SHA", &sha)
            .with("GITHUB_REPOSITORY", "o/r")
            .with("GITHUB_SERVER_URL", "https://github.example")
            .with("GITHUB_API_URL", "https://api.github.example")
            .with("GITHUB_ACTION_PATH", top.to_str().expect("UTF-8").trim_end_matches("/."))
            .with("CHECKRAIL", env!("CARGO_BIN_EXE_checkrail"))
            .with("CHECKRAIL_TOKEN", TOKEN)
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.env.insert(key.to_owned(), value.to_owned());
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Puts a program of this name before all others: it appends its arguments and what it reads on standard input to
    /// the file `asked`, keeps the file of `--input` or `@`, and runs `answer`, a piece of shell that sees the
    /// arguments as `$*`.
    fn program(self, name: &str, answer: &str) -> Self {
        let bin = self.path("bin");
        fs::create_dir_all(&bin).expect("a folder");
        let asked = self.path("asked");
        let payload = self.path("payload");
        let script = format!(
            "#!/usr/bin/env bash\n\
             printf '%s\\n' \"{name} $*\" >>'{asked}'\n\
             case \"$*\" in *'--config -'*) config=$(cat) ;; esac\n\
             [[ \"${{GH_TOKEN:-}}${{config:-}}\" == *{TOKEN}* ]] || {{ echo 'no token' >&2; exit 9; }}\n\
             for arg; do\n\
               if [ \"${{last:-}}\" = --input ]; then cp \"$arg\" '{payload}'; fi\n\
               case $arg in @*) cp \"${{arg#@}}\" '{payload}' ;; esac\n\
               last=$arg\n\
             done\n\
             {answer}\n",
            asked = asked.display(),
            payload = payload.display()
        );
        write(&bin.join(name), &script);
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).expect("a mode");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("PATH"));
        self.with("PATH", &path).with("CHECKRAIL_API_CLIENT", name)
    }

    /// Runs a script of `scripts/ci`, and checks that the token does not show.
    fn run(&self, script: &str) -> Run {
        self.bash(&[repo(&format!("scripts/ci/{script}")).to_str().expect("UTF-8")], &BTreeMap::new())
    }

    fn bash(&self, args: &[&str], env: &BTreeMap<String, String>) -> Run {
        let mut command = scrubbed("bash");
        command.current_dir(self.path("work")).envs(&self.env).envs(env).args(args);
        let run = Run::of(&mut command);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains(TOKEN), "the token shows: {text}");
        }
        if let Ok(asked) = fs::read_to_string(self.path("asked")) {
            assert!(!asked.contains(TOKEN), "the token is an argument: {asked}");
        }
        run
    }

    /// The results of the step so far.
    fn outputs(&self) -> BTreeMap<String, String> {
        outputs(&self.read("output"))
    }
}

fn outputs(text: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| line.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()));
    text.lines().filter_map(pair).collect()
}

impl Run {
    fn of(command: &mut Command) -> Self {
        let output = command.output().expect("runs");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Self {
            code: output.status.code().expect("ended by itself"),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("written");
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = scrubbed("git");
    command.current_dir(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(args);
    let run = Run::of(&mut command);
    assert_eq!(run.code, 0, "git {args:?}: {}", run.stderr);
    run.stdout.trim().to_owned()
}

fn commit(folder: &Path, message: &str) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", message]);
}
