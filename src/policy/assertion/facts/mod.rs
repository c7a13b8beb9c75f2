//! The vocabulary: for each kind of subject its facts, with type and meaning, and how each is found in the model.

pub(super) mod column;
pub(super) mod constraint;
pub(super) mod function;
pub(super) mod grant;
pub(super) mod index;
pub(super) mod policy;
pub(super) mod role;
pub(super) mod statement;
pub(super) mod table;

/// One line for each fact: name, type, meaning, `related` where other objects decide about it, and the getter.
macro_rules! facts {
    ($kind:ident; $($name:literal $ty:expr, $meaning:literal $(, $related:ident)? => $get:expr;)*) => {
        pub(in crate::policy) static FACTS: &[$crate::policy::assertion::fact::Fact] = &[$(
            $crate::policy::assertion::fact::Fact {
                name: $name,
                ty: $ty,
                meaning: $meaning,
                related: false $(|| !stringify!($related).is_empty())?,
                get: $crate::policy::assertion::fact::Get::$kind($get),
            }
        ),*];
    };
}
use facts;
