//! Privilege lists: from the server's `aclitem`s to what differs from the built-in default.

use crate::ir::access::Grantee;
use crate::name::Ident;
use crate::schema::acl::{Acl, BuiltIn};

/// One `aclitem`: `grantee=privileges/grantor`.
struct Item {
    grantee: Grantee,
    grantor: String,
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
    let (letters, grantor) = rest.split_once('/')?;
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
    Some(Item { grantee, grantor: role(grantor).0, privileges })
}

/// What a privilege list is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The owner's name in the catalogs.
    pub(super) owner: &'a Ident,
    /// The owner's entry in the model.
    pub(super) entry: &'a Grantee,
    /// What holds by default.
    pub(super) built_in: &'a BuiltIn,
}

/// The model's form of a list; `None` is the list of an object that nobody granted or revoked anything on.
pub(super) fn acl(items: Option<&[String]>, subject: Subject<'_>) -> Acl {
    let mut acl = Acl::default();
    let Some(items) = items else { return acl };
    for item in items.iter().filter_map(|text| item(text)) {
        let own = item.grantee == Grantee::Role(subject.owner.clone());
        let grantee = if own { subject.entry.clone() } else { item.grantee };
        let given = if item.grantor == subject.owner.as_str() {
            &mut acl.grants
        } else {
            acl.onward.entry(Ident::from(item.grantor)).or_default()
        };
        let held = given.entry(grantee).or_default();
        for (name, option) in item.privileges {
            *held.entry(name).or_default() |= option;
        }
    }
    let defaults = [(&Grantee::Public, &subject.built_in.public), (subject.entry, &subject.built_in.owner)];
    for (grantee, defaults) in defaults {
        let mut held = acl.grants.remove(grantee).unwrap_or_default();
        let mut revoked: Vec<Ident> =
            defaults.iter().filter(|name| !held.contains_key(*name)).cloned().collect();
        held.retain(|name, option| *option || !defaults.contains(name));
        revoked.sort();
        acl.revoked_defaults.insert(grantee.clone(), revoked);
        acl.grants.insert(grantee.clone(), held);
    }
    acl.tidy();
    acl
}

#[cfg(test)]
mod tests {
    use crate::ir::object::ObjectKind;
    use crate::name::ServerVersion;

    use super::*;

    fn read(items: &[&str], kind: ObjectKind) -> String {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let built_in = BuiltIn::of(kind, None, ServerVersion::default());
        let (owner, entry) = (Ident::new("ann"), Grantee::Role("ann".into()));
        let found = acl(Some(&items), Subject { owner: &owner, entry: &entry, built_in: &built_in });
        format!("{:?} {:?} {:?}", found.grants, found.onward, found.revoked_defaults)
    }

    #[test]
    fn lists_are_seen_against_the_default() {
        let table = ObjectKind::Table;
        assert_eq!(
            read(&["ann=arwdDxtm/ann", "bob=r*w/ann"], table),
            r#"{Role("bob"): {"SELECT": true, "UPDATE": false}} {} {}"#
        );
        assert_eq!(
            read(&["ann=arwdDxt/ann", "=r/ann"], table),
            r#"{Public: {"SELECT": false}} {} {Role("ann"): ["MAINTAIN"]}"#
        );
        assert_eq!(read(&["ann=X/ann"], ObjectKind::Function), r#"{} {} {Public: ["EXECUTE"]}"#);
        assert_eq!(read(&["=X/ann", "ann=X/ann"], ObjectKind::Function), "{} {} {}");
    }

    #[test]
    fn names_may_be_quoted_and_grantors_many() {
        let items = ["ann=arwdDxtm/ann", "\"a=\"\"b/c\"=r/ann", "\"a=\"\"b/c\"=w*/\"x=y\""];
        assert_eq!(
            read(&items, ObjectKind::Table),
            r#"{Role("a=\"b/c"): {"SELECT": false}} {"x=y": {Role("a=\"b/c"): {"UPDATE": true}}} {}"#
        );
    }
}
