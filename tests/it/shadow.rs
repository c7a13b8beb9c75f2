//! Throw-away servers: they run, they do not meet, and nothing is left of them however they end.

use std::env;

use checkrail::shadow::Places;
use checkrail::shadow::server::{Options, Server};

fn places() -> Places {
    Places::from_environment(&|name| env::var_os(name))
}

#[test]
fn a_server_runs_and_is_gone() {
    let server = Server::start(&Options::new(places(), None)).unwrap();
    let folder = server.socket_folder().to_owned();
    server.create_database("a b", None).unwrap();
    server.create_database("a c", Some("a b")).unwrap();
    server.drop_database("a b").unwrap();
    drop(server);
    assert!(!folder.exists());
}
