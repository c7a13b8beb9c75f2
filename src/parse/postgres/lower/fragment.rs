//! What a PL/pgSQL body names.
use super::Cx;
use crate::ir::routine::BodyUses;
pub(super) fn uses(_cx: &Cx, _body: &str) -> BodyUses {
    BodyUses::default()
}
