//! Privilege lists: from the server's `aclitem`s to what differs from the built-in default.

use std::collections::BTreeMap;

use crate::ir::access::Grantee;
use crate::ir::object::ObjectKind;
use crate::name::{Ident, ServerVersion};
use crate::schema::key::ObjectKey;
use crate::schema::model::Acl;
use crate::schema::{all_privileges, public_default};

/// One `aclitem`: `grantee=privileges/grantor`.
struct Item {
    grantee: Grantee,
    /// With grant option or not.
    privileges: Vec<(Ident, bool)>,
}

/// The privileges by their letters (`src/include/utils/acl.h`).
fn privilege(letter: char) -> Option<&'static str> {
    Some(match letter {
        'a' => "INSERT",
        'r' => "SELECT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'X' => "EXECUTE",
        'U' => "USAGE",
        'C' => "CREATE",
        'T' => "TEMPORARY",
        'c' => "CONNECT",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        'm' => "MAINTAIN",
        _ => return None,
    })
}

/// A role's name as `aclitem` prints it, and the rest of the text.
fn role(text: &str) -> (String, &str) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find(['=', '/']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut name = String::new();
    while let Some(end) = rest.find('"') {
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => break,
        }
    }
    (name, rest)
}

fn item(text: &str) -> Option<Item> {
    let (name, rest) = role(text);
    let rest = rest.strip_prefix('=')?;
    let letters = rest.split('/').next()?;
    let mut privileges: Vec<(Ident, bool)> = Vec::new();
    for letter in letters.chars() {
        if letter == '*' {
            if let Some((_, option)) = privileges.last_mut() {
                *option = true;
            }
        } else if let Some(found) = privilege(letter) {
            privileges.push((Ident::new(found), false));
        }
    }
    let grantee = if name.is_empty() { Grantee::Public } else { Grantee::Role(name.into()) };
    Some(Item { grantee, privileges })
}

/// What a privilege list is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The kind of object.
    pub(super) kind: ObjectKind,
    /// Which, for the defaults of the schema `public`.
    pub(super) key: Option<&'a ObjectKey>,
    /// Its owner, who holds everything by default.
    pub(super) owner: Option<&'a Ident>,
    /// The server's version.
    pub(super) version: ServerVersion,
    /// Whether nobody holds anything by default: columns, and default privileges of a schema.
    pub(super) bare: bool,
}

/// The model's form of a list; `None` is the list of an object that nobody granted or revoked anything on.
pub(super) fn acl(items: Option<&[String]>, subject: Subject<'_>) -> Acl {
    let mut acl = Acl::default();
    let Some(items) = items else { return acl };
    let (public, own): (Vec<Ident>, Vec<Ident>) = if subject.bare {
        (Vec::new(), Vec::new())
    } else {
        let public = public_default(subject.kind, subject.key, subject.version);
        (public.iter().map(|p| Ident::new(p)).collect(), all_privileges(subject.kind, subject.version))
    };
    let mut held: BTreeMap<Grantee, BTreeMap<Ident, bool>> = BTreeMap::new();
    for item in items.iter().filter_map(|text| item(text)) {
        let of_grantee = held.entry(item.grantee).or_default();
        for (name, option) in item.privileges {
            *of_grantee.entry(name).or_default() |= option;
        }
    }
    let owner = subject.owner.filter(|_| !subject.bare).map(|o| Grantee::Role(o.clone()));
    let defaults = [(Some(Grantee::Public), public), (owner, own)];
    for (grantee, defaults) in defaults {
        let Some(grantee) = grantee else { continue };
        let mut has = held.remove(&grantee).unwrap_or_default();
        let mut revoked: Vec<Ident> =
            defaults.iter().filter(|name| has.remove(*name).is_none()).cloned().collect();
        revoked.sort();
        if !revoked.is_empty() {
            acl.revoked_defaults.insert(grantee.clone(), revoked);
        }
        if !has.is_empty() {
            acl.grants.insert(grantee, has);
        }
    }
    acl.grants.extend(held.into_iter().filter(|(_, privileges)| !privileges.is_empty()));
    acl
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(items: &[&str], kind: ObjectKind) -> String {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let owner = Ident::new("ann");
        let version = ServerVersion::default();
        let found = acl(Some(&items), Subject { kind, key: None, owner: Some(&owner), version, bare: false });
        format!("{:?} {:?}", found.grants, found.revoked_defaults)
    }

    #[test]
    fn lists_are_seen_against_the_default() {
        let table = ObjectKind::Table;
        assert_eq!(
            read(&["ann=arwdDxtm/ann", "bob=r*w/ann"], table),
            r#"{Role("bob"): {"SELECT": true, "UPDATE": false}} {}"#
        );
        assert_eq!(
            read(&["ann=arwdDxt/ann", "=r/ann"], table),
            r#"{Public: {"SELECT": false}} {Role("ann"): ["MAINTAIN"]}"#
        );
        assert_eq!(read(&["ann=X/ann"], ObjectKind::Function), r#"{} {Public: ["EXECUTE"]}"#);
        assert_eq!(read(&["=X/ann", "ann=X/ann"], ObjectKind::Function), "{} {}");
    }

    #[test]
    fn names_may_be_quoted_and_grantors_many() {
        let items = ["ann=arwdDxtm/ann", "\"a=\"\"b/c\"=r/ann", "\"a=\"\"b/c\"=w*/\"x=y\""];
        assert_eq!(
            read(&items, ObjectKind::Table),
            r#"{Role("a=\"b/c"): {"SELECT": false, "UPDATE": true}} {}"#
        );
    }
}
