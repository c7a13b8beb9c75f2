//! Literals, and keywords that stand for a value.

use pg_query::protobuf::{self as pb, SqlValueFunctionOp as Op, a_const::Val};

use super::Printer;
use crate::quote::quote_literal;

/// The keyword of a value function, lower case.
pub(in crate::parse) fn value_function_name(op: Op) -> &'static str {
    match op {
        Op::SvfopCurrentDate => "current_date",
        Op::SvfopCurrentTime | Op::SvfopCurrentTimeN => "current_time",
        Op::SvfopCurrentTimestamp | Op::SvfopCurrentTimestampN | Op::SqlvalueFunctionOpUndefined => {
            "current_timestamp"
        }
        Op::SvfopLocaltime | Op::SvfopLocaltimeN => "localtime",
        Op::SvfopLocaltimestamp | Op::SvfopLocaltimestampN => "localtimestamp",
        Op::SvfopCurrentRole => "current_role",
        Op::SvfopCurrentUser => "current_user",
        Op::SvfopUser => "user",
        Op::SvfopSessionUser => "session_user",
        Op::SvfopCurrentCatalog => "current_catalog",
        Op::SvfopCurrentSchema => "current_schema",
    }
}

impl Printer {
    pub(super) fn constant(&mut self, constant: &pb::AConst) {
        match &constant.val {
            Some(Val::Ival(n)) => self.push(&n.ival.to_string()),
            Some(Val::Fval(n)) => self.push(&n.fval),
            Some(Val::Boolval(b)) => self.push(if b.boolval { "true" } else { "false" }),
            Some(Val::Sval(s)) => self.push(&quote_literal(&s.sval)),
            // The first character says which kind: `b101`, `x1F`.
            Some(Val::Bsval(s)) => {
                let (kind, digits) = s.bsval.split_at_checked(1).unwrap_or(("b", ""));
                self.push(&kind.to_ascii_uppercase());
                self.push(&quote_literal(digits));
            }
            None => self.push("NULL"),
        }
    }

    pub(super) fn value_function(&mut self, function: &pb::SqlValueFunction) {
        self.push(&value_function_name(function.op()).to_ascii_uppercase());
        let precise = matches!(
            function.op(),
            Op::SvfopCurrentTimeN
                | Op::SvfopCurrentTimestampN
                | Op::SvfopLocaltimeN
                | Op::SvfopLocaltimestampN
        );
        if precise {
            self.push(&format!("({})", function.typmod));
        }
    }
}
