//! Configuration: `checkrail.yaml` and how it merges with the command line.
//!
//! In: the text of the file. Out: [`ConfigFile`], each key as written or absent; `cli` finds and reads the file
//! and merges. Order of weight: command line, environment, file, default.

pub mod squawk;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::Severity;
use crate::policy::yaml_message;

/// `checkrail.yaml`. Unknown keys are errors; paths are relative to the file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Migrations to review when the command line names none.
    #[serde(default)]
    pub migrations: Option<String>,
    /// The schema before the first migration.
    #[serde(default)]
    pub schema: Option<String>,
    /// A policy file or the name of a shipped pack.
    #[serde(default)]
    pub policy: Option<String>,
    /// The file of known findings, which do not count.
    #[serde(default)]
    pub baseline: Option<String>,
    /// `postgresql`, `mysql` or `sqlite`.
    #[serde(default)]
    pub dialect: Option<String>,
    /// Major version of the server.
    #[serde(default)]
    pub server_version: Option<u16>,
    /// The migration layout.
    #[serde(default)]
    pub layout: Option<String>,
    /// How files are wrapped: `auto`, `always` or `never`.
    #[serde(default)]
    pub transaction: Option<String>,
    /// The severity from which a run fails.
    #[serde(default)]
    pub fail_on: Option<FailOn>,
    /// Whether statements that are not analysed fail the run.
    #[serde(default)]
    pub require_coverage: Option<bool>,
}

/// The severity from which a run fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors fail the run.
    #[default]
    Error,
    /// Warnings too.
    Warning,
    /// Advice too.
    Advice,
    /// Findings never fail the run.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity fails the run.
    #[must_use]
    pub fn reached_by(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Advice => true,
            Self::Never => false,
        }
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "warning" => Ok(Self::Warning),
            "advice" => Ok(Self::Advice),
            "never" => Ok(Self::Never),
            other => Err(format!("unknown level {other:?}: use error, warning, advice or never")),
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}{}: {message}", line.map(|l| format!(":{l}")).unwrap_or_default())]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// 1-based line, where known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl ConfigFile {
    /// Reads a configuration.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        serde_yaml::from_str(text).map_err(|error| ConfigError {
            path: path.to_owned(),
            line: error.location().map(|l| l.line()),
            message: yaml_message(&error),
        })
    }

    /// The JSON Schema of configuration files, with a final line break.
    #[must_use]
    pub fn json_schema() -> String {
        serde_json::to_string_pretty(&schemars::schema_for!(ConfigFile)).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused_with_a_hint() {
        let error = ConfigFile::parse("checkrail.yaml", "polcy: strict\n").expect_err("typo").to_string();
        assert!(error.starts_with("checkrail.yaml:1: unknown field `polcy`"), "{error}");
        assert!(error.contains("did you mean \"policy\"?"), "{error}");
    }
}
