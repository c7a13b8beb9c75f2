//! The packs that ship inside the binary.

use super::Policy;
use super::entry::did_you_mean;

/// A shipped policy.
#[derive(Clone, Copy, Debug)]
pub struct Pack {
    /// Its name, as `--policy` and `extends` take it.
    pub name: &'static str,
    /// Its YAML text.
    pub text: &'static str,
}

impl Pack {
    /// What it is for: the `description` of its text.
    #[must_use]
    pub fn description(&self) -> &'static str {
        let line = self.text.lines().find_map(|l| l.strip_prefix("description:"));
        line.unwrap_or_default().trim()
    }
}

macro_rules! packs {
    ($($name:literal),* $(,)?) => {
        &[$(Pack { name: $name, text: include_str!(concat!("../../policies/", $name, ".yaml")) }),*]
    };
}

static PACKS: &[Pack] = packs![
    "default",
    "strict",
    "online-ddl",
    "data-types",
    "constraints",
    "normalization",
    "reversibility",
    "rls-and-grants",
];

/// All packs.
#[must_use]
pub fn packs() -> &'static [Pack] {
    PACKS
}

/// Loads a pack by name.
///
/// # Errors
/// A sentence, when there is no such pack or a pack is itself invalid (which a test rules out).
pub(super) fn load(name: &str) -> Result<Policy, String> {
    let Some(pack) = PACKS.iter().find(|p| p.name == name) else {
        let hint = did_you_mean(name, PACKS.iter().map(|p| p.name));
        return Err(format!("unknown policy pack {name:?}{hint}"));
    };
    Policy::parse(&format!("pack:{name}"), pack.text).map_err(|e| e.to_string())
}

impl Policy {
    /// Loads a shipped pack.
    ///
    /// # Errors
    /// A sentence, when there is no such pack.
    pub fn pack(name: &str) -> Result<Self, String> {
        load(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_is_valid() {
        for pack in packs() {
            if let Err(message) = load(pack.name) {
                panic!("{message}");
            }
        }
    }
}
