//! Which version of a tool a JavaScript project asks for.

use serde_json::Value;

use crate::source::tree::View;

/// The lowest major and minor version that the nearest `package.json` accepts of a package, looked for from the
/// folder upwards; `None` when none names it or the range is not a plain one.
pub(super) fn wanted_version(view: &View<'_>, package: &str) -> Option<(u32, u32)> {
    view.above("package.json").iter().find_map(|(_, text)| {
        let json: Value = serde_json::from_str(text).ok()?;
        ["devDependencies", "dependencies"]
            .iter()
            .find_map(|section| major_minor(json.get(section)?.get(package)?.as_str()?))
    })
}

fn major_minor(range: &str) -> Option<(u32, u32)> {
    let range = range.strip_prefix("npm:").unwrap_or(range);
    let range = range.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    let mut parts = range.split(['.', '-', ' ']);
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|p| p.parse().ok()).unwrap_or(0);
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(major_minor("^7.4.0"), Some((7, 4)));
        assert_eq!(major_minor("~6.19.0-dev.3"), Some((6, 19)));
        assert_eq!(major_minor(">=5"), Some((5, 0)));
        assert_eq!(major_minor("6.x"), Some((6, 0)));
        assert_eq!(major_minor("latest"), None);
        assert_eq!(major_minor("workspace:*"), None);
        assert_eq!(major_minor(""), None);
    }
}
