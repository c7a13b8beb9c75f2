//! `docs/formats.md` shows what the program prints: each block's lines stand in the output, in this order.

use std::fs;

use checkrail::report::Format;

use crate::harness::{checkrail, repo};

#[test]
fn documented_output_is_real() {
    let page = fs::read_to_string(repo("docs/formats.md")).expect("docs/formats.md");
    let folder = tempfile::tempdir().expect("a folder");
    let migrations = folder.path().join("migrations");
    fs::create_dir_all(folder.path().join(".git")).expect("a folder");
    fs::create_dir(&migrations).expect("a folder");
    // Those of the README.
    let readme = fs::read_to_string(repo("README.md")).expect("README.md");
    let (_, quoted) =
        readme.split_once("`migrations/2_link_customers.sql` is proposed:\n\n```sql\n").expect("the example");
    let proposed = quoted.split("```").next().expect("a block");
    let deployed = "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, fax text);\n";
    fs::write(migrations.join("1_orders.sql"), deployed).expect("written");
    fs::write(migrations.join("2_link_customers.sql"), proposed).expect("written");

    let mut shown = Vec::new();
    for block in page.split("```console\n$ ").skip(1) {
        let (block, _) = block.split_once("\n```").expect("an end");
        let (command, lines) = block.split_once('\n').expect("a command");
        let args: Vec<&str> = command.split(' ').skip(1).collect();
        let output = checkrail().current_dir(folder.path()).args(&args).output().expect("runs");
        let output = String::from_utf8(output.stdout).expect("UTF-8");
        let mut rest = output.lines();
        let mut skips = false;
        for line in lines.lines() {
            if line == "…" {
                skips = true;
                continue;
            }
            let found = if skips { rest.find(|l| *l == line) } else { rest.next().filter(|l| *l == line) };
            assert!(found.is_some(), "{command} does not print here: {line}\n{output}");
            skips = false;
        }
        shown.push(*args.last().expect("a format"));
    }
    for format in Format::ALL {
        assert!(page.contains(&format!("| `{format}` |")), "{format} is in the table");
        let apart = ["json", "html", "github-summary"].contains(&format.as_str());
        assert!(apart || shown.contains(&format.as_str()), "{format} has an example");
    }
}
