//! Numbers for people: three digits that count, thousands apart, units where they belong.

/// Three digits that count: `1,230`, `45.6`, `0.00123`.
pub(crate) fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { "–".to_owned() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude >= 2 {
        let unit = 10_f64.powi(magnitude - 2);
        return thousands(((value / unit).round() * unit).round() as u64);
    }
    format!("{value:.*}", (2 - magnitude).clamp(0, 6) as usize)
}

/// `12,345`.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds, with as many digits as matter.
pub(crate) fn millis(milliseconds: f64) -> String {
    format!("{} ms", digits(milliseconds))
}

/// Bytes in the largest unit that fits.
pub(crate) fn bytes(bytes: f64) -> String {
    match bytes.abs() {
        small if small < 1024.0 => format!("{bytes:.0} B"),
        middle if middle < 1024.0 * 1024.0 => format!("{} KiB", digits(bytes / 1024.0)),
        _ => format!("{} MiB", digits(bytes / 1024.0 / 1024.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count_and_thousands_stand_apart() {
        for (value, text) in [
            (0.0, "0"),
            (0.001234, "0.00123"),
            (5.678, "5.68"),
            (45.67, "45.7"),
            (999.6, "1,000"),
            (1_234.5, "1,230"),
            (1_987_654.0, "1,990,000"),
        ] {
            assert_eq!(digits(value), text);
        }
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(
            (bytes(90.0), bytes(2048.0), bytes(3.5 * 1048576.0)),
            ("90 B".into(), "2.00 KiB".into(), "3.50 MiB".into())
        );
    }
}
