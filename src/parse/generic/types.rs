//! Data types by the names that MySQL and SQLite give them.
//!
//! MySQL types get the name and the modifiers that `information_schema` shows: `integer` is `int`, `bool` is
//! `tinyint(1)`, `dec` is `decimal(10,0)`; the display width of integers is dropped, since it means nothing.
//! `unsigned` and `zerofill` are part of the name. Attributes of a column that the IR has no field for stand
//! among the modifiers as words: `character set latin1`, `on update CURRENT_TIMESTAMP`, `srid 4326`, `invisible`.
//! SQLite types are the words as written, lower case.

use super::cursor::{Cursor, Parsed, tokens};
use crate::ir::types::TypeName;
use crate::name::{Dialect, QName};
use crate::parse::lexer::TokenKind;

/// A data type at the start of the cursor; for SQLite it may be missing.
pub(super) fn data_type(cursor: &mut Cursor) -> Parsed<Option<TypeName>> {
    match cursor.dialect {
        Dialect::Sqlite => sqlite(cursor),
        Dialect::MySql | Dialect::PostgreSql => mysql(cursor).map(Some),
    }
}

/// The target of a cast, from its text; it has no attributes.
pub(super) fn of_cast(text: &str) -> TypeName {
    let tokens = tokens(text, Dialect::MySql);
    let mut cursor = Cursor::new(text, &tokens, Dialect::MySql);
    mysql(&mut cursor).unwrap_or_else(|_| TypeName::builtin(&text.to_ascii_lowercase()))
}

fn named(name: &str, modifiers: Vec<String>) -> TypeName {
    TypeName { modifiers, ..TypeName::builtin(name) }
}

fn mysql(cursor: &mut Cursor) -> Parsed<TypeName> {
    let first = cursor.word()?;
    let name = mysql_name(&first, cursor);
    let national = matches!(first.as_str(), "national" | "nchar" | "nvarchar");
    let mut sizes = if cursor.at_kind(TokenKind::LParen) { sizes(&mut cursor.group()?) } else { Vec::new() };
    let mut words = Vec::new();
    let (mut unsigned, mut zerofill) = (false, false);
    loop {
        if cursor.eat(&["unsigned"]) {
            unsigned = true;
        } else if cursor.eat(&["zerofill"]) {
            zerofill = true;
        } else if let Some(set) = character_set(cursor)? {
            words.push(set);
        } else if cursor.eat(&["binary"]) {
            words.push("binary".to_owned());
        } else if !cursor.eat(&["signed"]) {
            break;
        }
    }
    if national {
        // What the standard calls national is this character set in MySQL and MariaDB.
        words.push("character set utf8mb3".to_owned());
    }
    let name = match (name, sizes.as_slice()) {
        ("bool" | "boolean", _) => {
            sizes = vec!["1".to_owned()];
            "tinyint"
        }
        // `float(p)` only chooses between the two types.
        ("float", [precision]) => {
            let double = precision.parse().is_ok_and(|p: u32| p > 24);
            sizes.clear();
            if double { "double" } else { "float" }
        }
        ("decimal", []) => {
            sizes = vec!["10".to_owned(), "0".to_owned()];
            name
        }
        ("decimal", [_]) => {
            sizes.push("0".to_owned());
            name
        }
        ("char" | "binary" | "bit", []) => {
            sizes = vec!["1".to_owned()];
            name
        }
        ("tinyint", [width]) if width == "1" && !zerofill => name,
        ("tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year", _) => {
            if !zerofill {
                sizes.clear();
            }
            name
        }
        _ => name,
    };
    let name = match (unsigned, zerofill) {
        (_, true) => format!("{name} unsigned zerofill"),
        (true, false) => format!("{name} unsigned"),
        (false, false) => name.to_owned(),
    };
    sizes.extend(words);
    Ok(named(&name, sizes))
}

/// The name that `information_schema.columns.data_type` shows for a synonym; steps over its further words.
fn mysql_name<'w>(first: &'w str, cursor: &mut Cursor) -> &'w str {
    match first {
        "integer" | "int4" => "int",
        "int1" => "tinyint",
        "int2" => "smallint",
        "int3" | "middleint" => "mediumint",
        "int8" => "bigint",
        "dec" | "numeric" | "fixed" => "decimal",
        "float4" => "float",
        "double" => {
            cursor.eat(&["precision"]);
            "double"
        }
        "real" | "float8" => "double",
        "character" | "char" | "nchar" => {
            if cursor.eat(&["varying"]) {
                "varchar"
            } else if cursor.eat(&["byte"]) {
                "binary"
            } else {
                "char"
            }
        }
        "varcharacter" | "nvarchar" => "varchar",
        "national" => match cursor.eat_any(&["varchar", "varcharacter", "char", "character"]) {
            Some("varchar" | "varcharacter") => "varchar",
            _ if cursor.eat(&["varying"]) => "varchar",
            _ => "char",
        },
        "long" => match cursor.eat_any(&["varbinary", "varchar"]) {
            Some("varbinary") => "mediumblob",
            _ => "mediumtext",
        },
        other => other,
    }
}

/// `CHARACTER SET name` in any of its spellings.
pub(super) fn character_set(cursor: &mut Cursor) -> Parsed<Option<String>> {
    if cursor.eat(&["character", "set"]) || cursor.eat(&["char", "set"]) || cursor.eat(&["charset"]) {
        let name = cursor.name()?;
        return Ok(Some(format!("character set {}", name.to_ascii_lowercase())));
    }
    let word = cursor.eat_any(&["ascii", "unicode"]);
    Ok(word.map(|word| format!("character set {}", if word == "ascii" { "latin1" } else { "ucs2" })))
}

/// What stands in the parentheses of a type; the labels of `enum` and `set` keep their quotes.
fn sizes(group: &mut Cursor) -> Vec<String> {
    group.clone().items().iter().map(|item| item.rest().to_owned()).collect()
}

/// The words after which a column definition of SQLite has no more type.
const SQLITE_OPTIONS: [&str; 12] = [
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
    "as",
    "autoincrement",
];

fn sqlite(cursor: &mut Cursor) -> Parsed<Option<TypeName>> {
    let mut words = Vec::new();
    while cursor.peek(0).is_some_and(|token| token.kind.is_name()) && !cursor.at_any(&SQLITE_OPTIONS) {
        words.push(cursor.name()?.to_ascii_lowercase());
    }
    if words.is_empty() {
        return Ok(None);
    }
    let sizes = if cursor.at_kind(TokenKind::LParen) { sizes(&mut cursor.group()?) } else { Vec::new() };
    Ok(Some(TypeName { name: QName::bare(words.join(" ")), ..named("", sizes) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, dialect: Dialect) -> String {
        let tokens = tokens(text, dialect);
        let mut cursor = Cursor::new(text, &tokens, dialect);
        let found = data_type(&mut cursor).unwrap();
        let modifiers = found.as_ref().map_or(String::new(), |t| t.modifiers.join("|"));
        format!("{}:{modifiers}:{}", found.map_or(String::new(), |t| t.name.to_string()), cursor.rest())
    }

    #[test]
    fn mysql_types_have_one_name() {
        for (text, expected) in [
            ("INTEGER(11) NOT NULL", "int::NOT NULL"),
            ("int unsigned", "int unsigned::"),
            ("INT(8) UNSIGNED ZEROFILL", "int unsigned zerofill:8:"),
            ("BOOLEAN", "tinyint:1:"),
            ("tinyint(4)", "tinyint::"),
            ("TINYINT(1)", "tinyint:1:"),
            ("NUMERIC", "decimal:10|0:"),
            ("dec(8) unsigned", "decimal unsigned:8|0:"),
            ("double precision", "double::"),
            ("float(53)", "double::"),
            ("float(7,4)", "float:7|4:"),
            ("character varying(20) charset latin1", "varchar:20|character set latin1:"),
            ("national varchar(9)", "varchar:9|character set utf8mb3:"),
            ("NVARCHAR(9)", "varchar:9|character set utf8mb3:"),
            ("CHAR", "char:1:"),
            ("Enum('a, b','it''s') DEFAULT 'a'", "enum:'a, b'|'it''s':DEFAULT 'a'"),
            ("long", "mediumtext::"),
            ("json", "json::"),
        ] {
            assert_eq!(read(text, Dialect::MySql), expected, "{text}");
        }
    }

    #[test]
    fn sqlite_types_are_words() {
        for (text, expected) in [
            ("UNSIGNED BIG INT PRIMARY KEY", "unsigned big int::PRIMARY KEY"),
            ("VARCHAR ( 255 ) NOT NULL", "varchar:255:NOT NULL"),
            ("decimal(10, 5)", "decimal:10|5:"),
            ("DEFAULT 1", "::DEFAULT 1"),
            ("", "::"),
        ] {
            assert_eq!(read(text, Dialect::Sqlite), expected, "{text}");
        }
    }
}
