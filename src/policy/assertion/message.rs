//! Messages with facts of the subject in braces: `{table} has no comment`.

use crate::policy::did_you_mean;
use crate::schema::Schema;

use super::fact::{Fact, FactType, Kind, Subject};

/// A message.
#[derive(Clone)]
pub struct Message {
    parts: Vec<Part>,
}

#[derive(Clone)]
enum Part {
    Text(String),
    Fact(&'static Fact),
}

impl Message {
    /// Reads a message for subjects of a kind.
    ///
    /// # Errors
    /// A sentence: a brace that is not closed, a fact that there is not, or one that is no text.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let tail = &rest[at..];
            if let Some(after) = tail.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = tail.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some((name, after)) = tail.strip_prefix('{').and_then(|t| t.split_once('}')) {
                let Some(fact) = kind.fact(name.trim()) else {
                    let hint = did_you_mean(name, kind.facts().iter().map(|f| f.name));
                    return Err(format!("a {} has no fact {name:?} to show{hint}", kind.name()));
                };
                if matches!(fact.ty, FactType::One(_)) {
                    return Err(format!("{name:?} is no text to show: a {} has `table`", kind.name()));
                }
                parts.push(Part::Text(std::mem::take(&mut literal)));
                parts.push(Part::Fact(fact));
                rest = after;
            } else {
                return Err("a brace stands alone: write `{fact}`, or `{{` and `}}` for braces".to_owned());
            }
        }
        literal.push_str(rest);
        if literal.trim().is_empty() && parts.is_empty() {
            return Err("a message says what is wrong".to_owned());
        }
        parts.push(Part::Text(literal));
        Ok(Self { parts })
    }

    /// The message about a subject.
    #[must_use]
    pub fn about(&self, schema: &Schema, subject: &Subject<'_>) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Fact(fact) => fact.of(schema, subject).text(),
            })
            .collect()
    }

    /// As it was written, with the facts' names in braces.
    #[must_use]
    pub fn template(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.replace('{', "{{").replace('}', "}}"),
                Part::Fact(fact) => format!("{{{}}}", fact.name),
            })
            .collect()
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.template())
    }
}
