//! A figure over the rounds: its median and range, and how a person reads it. Which figure, is not known here.

/// The rounds of one figure, sorted.
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    pub(crate) fn new(rounds: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut rounds: Vec<f64> = rounds.into_iter().collect();
        rounds.sort_by(f64::total_cmp);
        (!rounds.is_empty()).then_some(Self(rounds))
    }

    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        if self.0.len() % 2 == 1 { self.0[middle] } else { f64::midpoint(self.0[middle - 1], self.0[middle]) }
    }

    pub(crate) fn least(&self) -> f64 {
        self.0[0]
    }

    pub(crate) fn most(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

/// Median and range: `1,230 (1,190–1,400)`.
pub(crate) fn range(spread: Option<&Spread>, show: impl Fn(f64) -> String) -> String {
    spread.map_or_else(dash, |spread| {
        format!("{} ({}–{})", show(spread.median()), show(spread.least()), show(spread.most()))
    })
}

pub(crate) fn median(spread: Option<&Spread>) -> String {
    spread.map_or_else(dash, |spread| number(spread.median()))
}

/// How many times as much, of the medians.
pub(crate) fn ratio(much: Option<&Spread>, little: Option<&Spread>) -> Option<f64> {
    Some(much?.median() / little?.median()).filter(|ratio| ratio.is_finite())
}

pub(crate) fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(dash, |ratio| format!("{}×", number(ratio)))
}

/// Three digits that count, thousands apart.
pub(crate) fn number(value: f64) -> String {
    if value < 9.95 {
        return format!("{value:.1}");
    }
    let unit = 10_f64.powi((value.log10().floor() as i32 - 2).max(0));
    thousands((value / unit).round() * unit)
}

/// Microseconds as milliseconds.
pub(crate) fn millis(microseconds: f64) -> String {
    format!("{:.2}", microseconds / 1000.0)
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn dash() -> String {
    "–".to_owned()
}
