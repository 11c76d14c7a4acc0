//! What a plain word of YAML is.

use synth_core::Json;

/// The value of a word without quotes, by YAML 1.1 as CloudFormation has it.
///
/// `yes`, `no`, `on` and `off` are booleans. Dates, numbers with colons or underscores, and numbers with a zero in
/// front, such as the ids of accounts, stay text.
pub(super) fn plain(word: &str) -> Json {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Json::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Json::Bool(true);
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Json::Bool(false);
        }
        _ => {}
    }
    number(word).unwrap_or_else(|| Json::from(word.to_owned()))
}

/// A number that YAML 1.1 writes with eight digits: `0123` is 83.
pub(super) fn is_octal(word: &str) -> bool {
    word.strip_prefix('0').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| (b'0'..b'8').contains(&digit))
    })
}

fn number(word: &str) -> Option<Json> {
    if let Some(digits) = word.strip_prefix("0x") {
        let is_plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        return i64::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_plain)
            .map(Json::Int);
    }
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let (whole, fraction) = unsigned
        .split_once('.')
        .map_or((unsigned, None), |(whole, fraction)| {
            (whole, Some(fraction))
        });
    if !whole.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let Some(fraction) = fraction else {
        let is_plain = whole == "0" || !whole.starts_with('0');
        let value = word.strip_prefix('+').unwrap_or(word).parse();
        return value.ok().filter(|_| is_plain).map(Json::Int);
    };
    let (digits, exponent) = fraction
        .split_once(['e', 'E'])
        .map_or((fraction, None), |(digits, power)| (digits, Some(power)));
    let has_digits = !(whole.is_empty() && digits.is_empty());
    let are_digits = digits.bytes().all(|digit| digit.is_ascii_digit());
    let has_power = exponent.is_none_or(|power| {
        power
            .strip_prefix(['-', '+'])
            .is_some_and(|power| !power.is_empty() && power.bytes().all(|it| it.is_ascii_digit()))
    });
    (has_digits && are_digits && has_power)
        .then(|| word.parse::<f64>().ok())
        .flatten()
        .filter(|number| number.is_finite())
        .map(Json::Float)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_cloudformation_takes_them_for() {
        let cases = [
            ("yes", "true"),
            ("Off", "false"),
            ("y", r#""y""#),
            ("~", "null"),
            ("12", "12"),
            ("+12", "12"),
            ("-12", "-12"),
            ("0", "0"),
            ("0123", r#""0123""#),
            ("012345678901", r#""012345678901""#),
            ("0x1F", "31"),
            ("0x", r#""0x""#),
            ("1_000", r#""1_000""#),
            ("22:22", r#""22:22""#),
            ("2012-10-17", r#""2012-10-17""#),
            ("1.5", "1.5"),
            ("1.2.3", r#""1.2.3""#),
            (".", r#"".""#),
            ("1e3", r#""1e3""#),
            ("1.0e+3", "1000.0"),
            ("99999999999999999999", r#""99999999999999999999""#),
            (".inf", r#"".inf""#),
            ("-", r#""-""#),
        ];
        for (word, expected) in cases {
            let value = plain(word);
            let known = expected.parse::<f64>().ok();
            if let (Json::Float(number), Some(known)) = (&value, known) {
                assert!((number - known).abs() < f64::EPSILON, "{word}");
            } else {
                assert_eq!(value.to_compact(), expected, "{word}");
            }
        }
    }
}
