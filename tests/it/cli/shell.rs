//! Completions and manual pages.

use std::process::Stdio;

use crate::harness::scrubbed;

use super::Place;

#[test]
fn completions_name_commands_and_options() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = place.run(&["completions", shell]);
        run.ends(0);
        for word in ["review", "rollback", "require-coverage", "server-version"] {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
    place.run(&["completions", "csh"]).fails(2, "[possible values: bash, elvish, fish, powershell, zsh]");

    place.write("c.bash", place.run(&["completions", "bash"]).stdout);
    let complete = ". ./c.bash; COMP_WORDS=(checkrail review --req); COMP_CWORD=2; \
                    _checkrail checkrail --req review; echo \"${COMPREPLY[@]}\"";
    let bash =
        scrubbed("bash").current_dir(place.path()).args(["-c", complete]).stderr(Stdio::inherit()).output();
    assert_eq!(String::from_utf8_lossy(&bash.expect("bash").stdout), "--require-coverage\n");
}

#[test]
fn manual_pages() {
    let place = Place::new();
    let run = place.run(&["man"]);
    run.ends(0);
    assert!(
        run.stdout.contains(".TH checkrail 1  \"checkrail ") && run.stdout.contains("Exit codes"),
        "{}",
        run.stdout
    );
    let run = place.run(&["man", "--out", "man/man1"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.starts_with("checkrail: note: wrote "), "{}", run.stderr);
    assert_eq!(place.read("man/man1/checkrail.1"), place.run(&["man"]).stdout);
    let help = place.run(&["--help"]).stdout;
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let mut count = 0;
    // Other lines go on with what the one above says.
    let commands = commands.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    for name in commands.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help") {
        let page = place.read(&format!("man/man1/checkrail-{name}.1"));
        assert!(page.contains(&format!("checkrail\\-{name}")), "{page}");
        count += 1;
    }
    assert!(count > 8, "{help}");
    assert!(place.read("man/man1/checkrail-policy-check.1").contains("Check a policy, and execute"));
    assert!(!place.path().join("man/man1/checkrail-shadow-keep.1").exists(), "a hidden command has none");
}
