//! The command line as its users meet it: messages, exit codes, what is written and what is not.

mod adopt;
mod baseline;
mod input;
mod options;
mod output;
mod rollback;
mod shell;

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::harness::{checkrail, scrubbed};

/// What one run printed, and how it ended.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// An empty folder to run in. It is marked as a repository's root, so that no configuration is found above it.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(place.path().join(".git")).expect("a folder");
        place
    }

    /// A folder with a migration that is clean and one that is not.
    fn with_migrations() -> Self {
        let place = Self::new();
        place.write("m/1_a.up.sql", "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n");
        place.write("m/2_b.up.sql", "ALTER TABLE users RENAME COLUMN email TO mail;\n");
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// Names in the folder, `.git` excepted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the folder").flatten();
        let mut names: Vec<String> =
            entries.map(|e| e.file_name().into_string().expect("UTF-8")).filter(|n| n != ".git").collect();
        names.sort();
        names
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::of(checkrail().current_dir(self.path()).args(args).output().expect("runs"))
    }

    fn run_with(&self, args: &[&str], env: &[(&str, &str)], stdin: &str) -> Run {
        let mut command = checkrail();
        command.current_dir(self.path()).args(args).envs(env.iter().copied());
        Run::of(command.write_stdin(stdin).output().expect("runs"))
    }

    /// Runs git, which makes the folder a real repository.
    fn git(&self, args: &[&str]) {
        let mut git = scrubbed("git");
        git.current_dir(self.path()).args(["-c", "user.name=t", "-c", "user.email=t@example.org"]);
        let output = git.args(args).output().expect("git");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().expect("ended by itself");
        let run = Self { code, stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!run.stderr.contains("internal error"), "{}", run.stderr);
        run
    }

    /// Asserts that the run ended with this code, printed no data, and said this.
    #[track_caller]
    fn fails(&self, code: i32, message: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (code, ""), "{}", self.stderr);
        assert!(self.stderr.contains(message), "no {message:?} in: {}", self.stderr);
    }

    /// Asserts that the run ended with this code and no complaint.
    #[track_caller]
    fn ends(&self, code: i32) {
        assert_eq!((self.code, self.stderr.as_str()), (code, ""), "{}", self.stdout);
    }

    /// The JSON report.
    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", self.stdout, self.stderr))
    }
}
