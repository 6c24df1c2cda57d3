//! Two kinds of picture, as SVG: latency by percentile, and bars. Own code: two plots of lines and rectangles do not pay
//! for a plotting library and the fonts that it measures text with.

use std::fmt::Write;

use super::digits;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 70.0;
const BOTTOM: f64 = 40.0;
const TOP: f64 = 12.0;
/// Distinct for those who do not see all colours, on light and on dark.
const COLOURS: [&str; 8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#a6761d"];

/// Of one line: its name, and quantiles with milliseconds.
pub(super) type Curve<'a> = (&'a str, &'a [(f64, f64)]);

/// Latency by percentile: to the right by nines, upwards by tenfold.
pub(super) fn percentiles(curves: &[Curve<'_>]) -> String {
    let values = || curves.iter().flat_map(|(_, curve)| curve.iter().map(|(_, value)| value.max(1e-3)));
    let low = values().reduce(f64::min).unwrap_or(1.0).log10().floor();
    let high = values().fold(1e-3, f64::max).log10().ceil().max(low + 1.0);
    let x = |quantile: f64| LEFT + (WIDTH - LEFT - 20.0) * (-(1.0 - quantile).max(1e-5).log10() / 5.0);
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - (value.max(1e-3).log10() - low) / (high - low));
    let mut body = String::new();
    for (quantile, name) in
        [(0.0, "0"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %"), (0.99999, "")]
    {
        line(&mut body, (x(quantile), TOP), (x(quantile), HEIGHT - BOTTOM));
        text(&mut body, (x(quantile), HEIGHT - BOTTOM + 18.0), "middle", name);
    }
    for power in low as i32..=high as i32 {
        let value = 10_f64.powi(power);
        line(&mut body, (LEFT, y(value)), (WIDTH - 20.0, y(value)));
        text(&mut body, (LEFT - 6.0, y(value) + 4.0), "end", &format!("{value} ms"));
    }
    for (at, (name, curve)) in curves.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        let points: Vec<String> =
            curve.iter().map(|(quantile, value)| format!("{:.1},{:.1}", x(*quantile), y(*value))).collect();
        // A string takes everything, here and below.
        let _ =
            write!(body, r#"<polyline fill="none" stroke="{colour}" stroke-width="2" points="{}"/>"#, points.join(" "));
        legend(&mut body, at, colour, name);
    }
    svg(HEIGHT + legend_rows(curves.len()), &body)
}

/// One bar each, with its figure.
pub(super) fn bars(bars: &[(&str, f64)], unit: &str) -> String {
    const ROW: f64 = 24.0;
    let most = bars.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let mut body = String::new();
    for (at, (name, value)) in bars.iter().enumerate() {
        let (top, colour) = (TOP + at as f64 * ROW, COLOURS[at % COLOURS.len()]);
        let width = (WIDTH - 330.0) * value / most;
        text(&mut body, (190.0, top + 15.0), "end", name);
        let _ = write!(body, r#"<rect x="200" y="{top:.1}" width="{width:.1}" height="18" rx="3" fill="{colour}"/>"#);
        text(&mut body, (208.0 + width, top + 14.0), "start", &format!("{} {unit}", digits(*value)));
    }
    svg(TOP * 2.0 + bars.len() as f64 * ROW, &body)
}

fn svg(height: f64, body: &str) -> String {
    format!(r#"<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">{body}</svg>"#)
}

fn line(body: &mut String, from: (f64, f64), to: (f64, f64)) {
    let _ = write!(body, r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}"/>"#, from.0, from.1, to.0, to.1);
}

fn text(body: &mut String, at: (f64, f64), anchor: &str, words: &str) {
    let words = escape(words);
    let _ = write!(body, r#"<text x="{:.1}" y="{:.1}" text-anchor="{anchor}">{words}</text>"#, at.0, at.1);
}

fn legend(body: &mut String, at: usize, colour: &str, name: &str) {
    let (x, y) = (LEFT + (at % 3) as f64 * 225.0, HEIGHT + 10.0 + (at / 3) as f64 * 20.0);
    let _ = write!(body, r#"<rect x="{x:.1}" y="{:.1}" width="12" height="12" rx="2" fill="{colour}"/>"#, y - 10.0);
    text(body, (x + 18.0, y), "start", name);
}

fn legend_rows(curves: usize) -> f64 {
    curves.div_ceil(3) as f64 * 20.0 + 8.0
}

/// Text that markup cannot come from.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_and_never_markup() {
        let picture = bars(&[("<script>", 1.0)], "µs") + &percentiles(&[("<b>", &[(0.5, 1.0)])]);
        assert!(!picture.contains("<script>") && !picture.contains("<b>"));
    }

    #[test]
    fn nothing_to_draw_draws_finite_numbers() {
        let picture = bars(&[], "µs") + &percentiles(&[]) + &percentiles(&[("a", &[(0.0, 0.0), (1.0, 0.0)])]);
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
    }
}
