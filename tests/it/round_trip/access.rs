//! Privileges and roles.

use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::key::ObjectKey;

use super::routines::signature;
use super::world::World;

pub fn grant(world: &mut World<'_>) -> Option<String> {
    let (privileges, on) = match world.below(9) {
        0 | 1 => {
            let table = world.table()?;
            let what = world.word(&["SELECT", "INSERT, UPDATE", "ALL", "TRUNCATE", "REFERENCES, TRIGGER"]);
            (what.to_owned(), format!("TABLE {}", quote_qname(&table.name)))
        }
        2 | 3 => {
            let table = world.table()?;
            let column = world.column(table)?;
            let what = world.word(&["SELECT (#)", "UPDATE (#), INSERT (#)", "ALL (#)"]);
            (what.replace('#', &quote_ident(&column.name)), format!("TABLE {}", quote_qname(&table.name)))
        }
        4 => {
            let view = world.view(false)?;
            ("SELECT".to_owned(), quote_qname(&view.name))
        }
        5 => {
            let sequence = world.sequence()?;
            let what = world.word(&["USAGE", "SELECT, UPDATE", "ALL"]);
            (what.to_owned(), format!("SEQUENCE {}", quote_qname(&sequence.name)))
        }
        6 => {
            let function = world.function()?;
            let kind = if function.def.procedure { "PROCEDURE" } else { "FUNCTION" };
            ("EXECUTE".to_owned(), format!("{kind} {}", signature(function)))
        }
        7 => {
            let schema = world.namespace();
            let what = world.word(&["USAGE", "CREATE, USAGE", "ALL"]);
            (what.to_owned(), format!("SCHEMA {}", quote_ident(&schema)))
        }
        _ => {
            if world.one_in(2) {
                let schema = world.namespace();
                let what = world.word(&["ALL TABLES", "ALL SEQUENCES", "ALL FUNCTIONS"]);
                ("ALL".to_owned(), format!("{what} IN SCHEMA {}", quote_ident(&schema)))
            } else {
                let user_type = world.user_type(|_| true)?;
                ("USAGE".to_owned(), format!("TYPE {}", quote_qname(&user_type.name)))
            }
        }
    };
    let grantee = world.grantee();
    Some(match world.below(4) {
        0 => format!("GRANT {privileges} ON {on} TO {grantee}"),
        1 if grantee != "PUBLIC" => format!("GRANT {privileges} ON {on} TO {grantee} WITH GRANT OPTION"),
        2 => format!("REVOKE GRANT OPTION FOR {privileges} ON {on} FROM {grantee} CASCADE"),
        _ => format!("REVOKE {privileges} ON {on} FROM {grantee}{}", world.maybe(" CASCADE")),
    })
}

/// A role that the base does not need.
fn own_role(world: &mut World<'_>) -> Option<String> {
    let found: Vec<_> = world
        .objects()
        .filter_map(|(key, _)| match key {
            ObjectKey::Role(name) if name.starts_with("own") => Some(name),
            _ => None,
        })
        .collect();
    world.of(&found).map(|name| quote_ident(name).into_owned())
}

pub fn grant_role(world: &mut World<'_>) -> Option<String> {
    let role = own_role(world)?;
    let member = world.role();
    let how = world.word(&["", " WITH ADMIN OPTION"]);
    Some(match world.below(3) {
        0 | 1 => format!("GRANT {role} TO {member}{how}"),
        _ => format!("REVOKE {role} FROM {member}"),
    })
}

pub fn default_privileges(world: &mut World<'_>) -> Option<String> {
    let of = world.word(&["", "FOR ROLE app "]);
    let place = match world.below(2) {
        0 => String::new(),
        _ => format!("IN SCHEMA {} ", quote_ident(&world.namespace())),
    };
    let on = world.word(&["SELECT ON TABLES", "ALL ON SEQUENCES", "EXECUTE ON FUNCTIONS", "USAGE ON TYPES"]);
    let grantee = world.grantee();
    Some(match world.below(3) {
        0 | 1 => format!("ALTER DEFAULT PRIVILEGES {of}{place}GRANT {on} TO {grantee}"),
        _ => format!("ALTER DEFAULT PRIVILEGES {of}{place}REVOKE {on} FROM {grantee}"),
    })
}

pub fn create_role(world: &mut World<'_>) -> Option<String> {
    let name = world.new_bare_name("own");
    let how = world.word(&["", " LOGIN", " NOINHERIT CREATEDB CONNECTION LIMIT 3", " IN ROLE reader"]);
    Some(format!("CREATE ROLE {name}{how}"))
}

pub fn alter_role(world: &mut World<'_>) -> Option<String> {
    let role = own_role(world)?;
    let what = world.word(&[
        "LOGIN",
        "CREATEROLE NOLOGIN",
        "SET work_mem = '2MB'",
        "RESET work_mem",
        "VALID UNTIL 'infinity'",
    ]);
    Some(format!("ALTER ROLE {role} {what}"))
}

pub fn drop_owned(world: &mut World<'_>) -> Option<String> {
    Some(format!("DROP OWNED BY {}{}", world.role(), world.maybe(" CASCADE")))
}

pub fn reassign_owned(world: &mut World<'_>) -> Option<String> {
    Some(format!("REASSIGN OWNED BY {} TO app", world.word(&["reader", "app"])))
}
