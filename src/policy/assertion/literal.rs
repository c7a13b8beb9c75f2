//! Values that a policy names, read by the type of the fact that they are compared with.

use crate::ir::DdlOp;
use crate::ir::types::TypeName;
use crate::name::Dialect;
use crate::parse;
use crate::policy::did_you_mean;

use super::condition::Literal;
use super::fact::FactType;
use super::facts::statement;

/// A scalar as YAML has it.
pub(super) enum Scalar<'a> {
    Bool(bool),
    Number(i64),
    Text(&'a str),
}

/// What is expected of a value, for messages.
pub(super) fn expected(ty: FactType) -> String {
    match ty {
        FactType::Bool => "true or false".to_owned(),
        FactType::Number => "a whole number".to_owned(),
        FactType::Text => "a text".to_owned(),
        FactType::Choice(words) | FactType::Level(words) => format!("one of {}", words.join(", ")),
        FactType::Op => "the kind of a statement, such as create-index".to_owned(),
        FactType::Type => "a data type".to_owned(),
        FactType::List => "a list of texts".to_owned(),
        FactType::One(kind) => format!("facts of a {}", kind.name()),
        FactType::Many(kind) => {
            format!("a test of {}s: any, every, none, count, contains or exists", kind.name())
        }
    }
}

/// Reads a value for a fact.
///
/// # Errors
/// A sentence: what was expected of this fact.
pub(super) fn literal(name: &str, ty: FactType, scalar: &Scalar<'_>) -> Result<Literal, String> {
    let wrong = |given: &str| Err(format!("{name} takes {}, not {given}", expected(ty)));
    match (ty, scalar) {
        (FactType::Bool, Scalar::Bool(value)) => Ok(Literal::Bool(*value)),
        (FactType::Number, Scalar::Number(value)) => Ok(Literal::Number(*value)),
        (FactType::Text, Scalar::Text(text)) => Ok(Literal::Text((*text).to_owned())),
        (FactType::Choice(words) | FactType::Level(words), Scalar::Text(text)) => {
            if words.contains(text) {
                return Ok(Literal::Text((*text).to_owned()));
            }
            let hint = did_you_mean(text, words.iter().copied());
            wrong(&format!("{text:?}{hint}"))
        }
        (FactType::Op, Scalar::Text(text)) => {
            if statement::is_op(text) {
                return Ok(Literal::Text((*text).to_owned()));
            }
            let ops: Vec<String> = statement::ops().collect();
            Err(format!(
                "there is no statement {text:?}{}",
                did_you_mean(text, ops.iter().map(String::as_str))
            ))
        }
        (FactType::Type, Scalar::Text(text)) => data_type(text).map(Literal::Type),
        (_, Scalar::Bool(value)) => wrong(&format!("{value}: quote it if it is a text")),
        (FactType::Text | FactType::Type, Scalar::Number(value)) => {
            wrong(&format!("{value}: quote it if it is a text"))
        }
        (_, Scalar::Number(value)) => wrong(&value.to_string()),
        (_, Scalar::Text(text)) => wrong(&format!("{text:?}")),
    }
}

/// A type as the server reads it, by the server's own grammar; on a thread with a large stack.
fn data_type(text: &str) -> Result<TypeName, String> {
    let ops = parse::exact(&format!("CREATE TABLE t (c {text})"), Dialect::PostgreSql);
    let wrong = || format!("{text:?} is no data type: write it as in SQL, for example numeric(10, 2)");
    let [DdlOp::CreateTable(table)] = &ops[..] else { return Err(wrong()) };
    let [column] = &table.columns[..] else { return Err(wrong()) };
    let bare = column.constraints.is_empty() && !column.not_null && column.default.is_none();
    let Some(data_type) = column.data_type.clone().filter(|_| bare && table.constraints.is_empty()) else {
        return Err(wrong());
    };
    if let Some(base) = data_type.serial_base() {
        let base = TypeName::builtin(base);
        return Err(format!("{text:?} is notation and no type: ask for `type: {base}` and `serial: true`"));
    }
    Ok(data_type)
}
