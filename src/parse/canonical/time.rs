//! Constants of time: intervals and points in time in one spelling.

/// Microseconds in a second, a minute, an hour and a day.
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// An interval as months, days and microseconds, as the server holds it. ISO 8601 and fractions of anything but
/// seconds are not read.
pub(super) fn interval(text: &str) -> Option<String> {
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let text = text.trim().to_ascii_lowercase();
    let (text, ago) = match text.strip_suffix("ago") {
        Some(rest) => (rest.trim_end(), -1),
        None => (text.as_str(), 1),
    };
    let mut words = separate(text.strip_prefix('@').unwrap_or(text)).into_iter().peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        if word.contains(':') {
            micros = micros.checked_add(time_of_day(&word)?)?;
            continue;
        }
        let unit = words.next().unwrap_or_else(|| "s".to_owned());
        let micro = micro_units(&word)?;
        let whole = || (micro % SECOND == 0).then_some(micro / SECOND);
        let (to, n) = match unit.trim_end_matches('.') {
            "year" | "years" | "y" | "yr" | "yrs" => (&mut months, whole()?.checked_mul(12)?),
            "month" | "months" | "mon" | "mons" => (&mut months, whole()?),
            "week" | "weeks" | "w" => (&mut days, whole()?.checked_mul(7)?),
            "day" | "days" | "d" => (&mut days, whole()?),
            "hour" | "hours" | "h" | "hr" | "hrs" => (&mut micros, micro.checked_mul(3600)?),
            "minute" | "minutes" | "m" | "min" | "mins" => (&mut micros, micro.checked_mul(60)?),
            "second" | "seconds" | "s" | "sec" | "secs" => (&mut micros, micro),
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => (&mut micros, micro / 1000),
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" => (&mut micros, micro / SECOND),
            _ => return None,
        };
        *to = to.checked_add(n)?;
    }
    Some(format!("{} {} {}", months * ago, days * ago, micros * ago))
}

/// A bare number of an interval that is declared to have fields counts the last of them: `'90'` with `minute`.
pub(super) fn with_unit(text: String, modifiers: &[String]) -> String {
    let number = text.trim().trim_start_matches(['+', '-']);
    if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return text;
    }
    match modifiers.first().and_then(|fields| fields.rsplit(' ').next()) {
        Some(unit) if unit.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            format!("{} {unit}", text.trim())
        }
        _ => text,
    }
}

/// `1day` is `1 day`.
fn separate(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let digits = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(word.len());
        let (number, unit) = word.split_at(digits);
        words.extend([number, unit].into_iter().filter(|w| !w.is_empty()).map(str::to_owned));
    }
    words
}

/// A decimal number in millionths.
fn micro_units(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.len() > 6 || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let n = whole.checked_mul(SECOND)?.checked_add(fraction)?;
    Some(if negative { -n } else { n })
}

/// `hh:mm[:ss[.ffffff]]` in microseconds.
pub(super) fn time_of_day(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut parts = text.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next().map_or(Some(0), micro_units)?;
    (parts.next().is_none() && hours < 1_000_000).then(|| sign * (hours * HOUR + minutes * MINUTE + seconds))
}

/// A point in time as days since 1970 and microseconds, in UTC when it has a zone; one without is taken as UTC.
/// Words such as `infinity` and `now` stay words.
pub(super) fn timestamp(text: &str, zoned: bool) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    if text == "epoch" {
        return Some("0 0".to_owned());
    }
    if text.chars().all(|c| c.is_ascii_alphabetic() || c == '-') {
        return Some(text);
    }
    let (date, rest) = text.split_once([' ', 't']).unwrap_or((&text, ""));
    let mut fields = date.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return None;
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(1..=294_276).contains(&year) {
        return None;
    }
    let rest = rest.trim();
    let (clock, zone) = match rest.find(['+', '-', 'z', 'u']) {
        Some(at) => (rest[..at].trim(), rest[at..].trim()),
        None => (rest, ""),
    };
    let clock = if clock.is_empty() { 0 } else { time_of_day(clock)? };
    let offset = if zoned { zone_offset(zone)? } else { 0 };
    let micros = clock - offset;
    let day_length = 24 * HOUR;
    let days = days_from_civil(year, month, day) + micros.div_euclid(day_length);
    Some(format!("{days} {}", micros.rem_euclid(day_length)))
}

fn zone_offset(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "z" | "utc") {
        return Some(0);
    }
    let (sign, rest) =
        if let Some(rest) = zone.strip_prefix('-') { (-1, rest) } else { (1, zone.strip_prefix('+')?) };
    let rest = rest.replace(':', "");
    let (hours, minutes) = rest.split_at_checked(2).unwrap_or((&rest, ""));
    let hours: i64 = hours.parse().ok()?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours * HOUR + minutes * MINUTE))
}

/// Days since 1970-01-01 in the Gregorian calendar, continued backwards as the server does.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        for (a, b) in [
            ("24 hours", "24:00:00"),
            ("1 week", "7 days"),
            ("1 year 2 months", "14 mons"),
            ("90 minutes", "01:30:00"),
            ("1day", "1 day"),
            ("-1 day", "1 day ago"),
            ("0.5 seconds", "00:00:00.5"),
        ] {
            assert_eq!(interval(a), interval(b), "{a} {b}");
            assert!(interval(a).is_some());
        }
        assert_ne!(interval("24 hours"), interval("1 day"));
        assert_ne!(interval("30 days"), interval("1 month"));
        assert_eq!(interval("soon"), None);
    }

    #[test]
    fn points_in_time() {
        let utc = |text| timestamp(text, true);
        assert_eq!(utc("2020-01-01T00:00:00Z"), utc("2020-01-01 00:00:00+00"));
        assert_eq!(utc("2020-01-01 01:00:00+01"), utc("2020-01-01"));
        assert_eq!(utc("2019-12-31 23:30:00-00:30"), utc("2020-01-01"));
        assert_ne!(utc("2020-01-01"), utc("2020-01-02"));
        assert_eq!(timestamp("2024-03-01", false).as_deref(), Some("19783 0"));
        assert_eq!(utc("Infinity").as_deref(), Some("infinity"));
        assert_eq!(utc("2020-13-01"), None);
    }
}
