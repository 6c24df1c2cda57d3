//! Tests of `window`.

use proptest::prelude::*;

use super::{Heights, MAX_WINDOW_ROWS, MIN_ROW_PX, Spot, Window};

/// As tall as the rows that fit a document: beyond any screen.
const TALLEST: f64 = (MAX_WINDOW_ROWS - 2) as f64 * MIN_ROW_PX;

fn heights() -> impl Strategy<Value = Vec<f64>> {
    // The lowest rows are those of which most fit.
    prop_oneof![
        prop::collection::vec(MIN_ROW_PX..600.0, 0..2_000),
        prop::collection::vec(MIN_ROW_PX..MIN_ROW_PX + 1.0, 0..2_000),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_window_covers_the_view_and_never_more_rows_than_the_document_bears(
        heights in heights(),
        place in -0.2..1.2_f64,
        height in 0.0..TALLEST,
        margin in 0.0..5_000.0_f64,
    ) {
        let total: f64 = heights.iter().sum();
        let window = Window::of(&heights, place * total, height, margin);
        prop_assert!(window.rows.len() <= MAX_WINDOW_ROWS);
        prop_assert!(window.rows.end <= heights.len());
        let drawn: f64 = heights[window.rows.clone()].iter().sum();
        prop_assert!((window.above + drawn + window.below - total).abs() < 0.01, "the scroll bar does not jump");
        let top = (place * total).clamp(0.0, (total - height).max(0.0));
        prop_assert!(window.above <= top + 0.01);
        prop_assert!(window.above + drawn >= (top + height).min(total) - 0.01);
    }

    #[test]
    fn rows_that_come_above_do_not_move_the_view(
        heights in prop::collection::vec(MIN_ROW_PX..600.0, 1..300),
        above in prop::collection::vec(MIN_ROW_PX..600.0, 0..300),
        place in 0.0..1.0_f64,
    ) {
        let rows: Vec<usize> = (0..heights.len()).collect();
        let top = place * heights.iter().sum::<f64>();
        let spot = Spot::at(&rows, &heights, top).unwrap();
        let more_rows: Vec<usize> = (10_000..10_000 + above.len()).chain(rows).collect();
        let more_heights: Vec<f64> = above.iter().chain(&heights).copied().collect();
        let moved = spot.top(&more_rows, &more_heights).unwrap();
        prop_assert!((moved - top - above.iter().sum::<f64>()).abs() < 0.01);
    }
}

#[test]
fn ten_thousand_messages_are_a_few_dozen_rows() {
    let heights = vec![48.0; 10_000];
    let window = Window::of(&heights, 240_000.0, 800.0, 400.0);
    assert_eq!((window.rows.clone(), window.above), (4991..5025, 4991.0 * 48.0));
    assert_eq!(window.below, (10_000 - window.rows.end) as f64 * 48.0);
}

#[test]
fn what_is_drawn_stays_drawn_while_it_reaches_far_enough() {
    let heights = vec![50.0; 1_000];
    let kept = |rows, top, height| Window::kept(rows, &heights, top, height, 400.0);
    let drawn = Window::of(&heights, 20_000.0, 800.0, 400.0);
    assert_eq!(drawn.rows, 392..424);
    let same = Some(&drawn);
    assert_eq!(kept(392..424, 20_000.0, 800.0).as_ref(), same);
    assert_eq!(kept(392..424, 20_000.0, 700.0).as_ref(), same, "a text box took some of the view");
    assert_eq!(kept(392..424, 20_200.0, 800.0).as_ref(), same, "half the margin is left");
    assert_eq!(kept(392..424, 20_201.0, 800.0), None, "and here less, below");
    assert_eq!(kept(392..424, 19_799.0, 800.0), None, "or above");
    assert_eq!(kept(383..424, 20_000.0, 800.0), None, "more than twice the margin");
    assert_eq!(kept(392..424, 40_000.0, 800.0), None, "somewhere else");
}

#[test]
fn at_either_end_no_more_rows_are_missed_and_new_ones_are_drawn() {
    let heights = vec![50.0; 100];
    let kept = |rows, top| Window::kept(rows, &heights, top, 800.0, 400.0).map(|window| window.rows);
    assert_eq!(kept(0..24, 0.0), Some(0..24));
    assert_eq!(kept(76..100, 4_200.0), Some(76..100));
    assert_eq!(kept(75..99, 4_200.0), None, "one came below");
    assert_eq!(kept(99..101, 4_200.0), None, "rows that are no more");
    assert_eq!(kept(7..7, 4_200.0), None);
}

#[test]
fn nothing_is_an_empty_window() {
    assert_eq!(Window::of(&[], 50.0, 800.0, 400.0), Window { rows: 0..0, above: 0.0, below: 0.0 });
    assert_eq!(Spot::<u8>::at(&[], &[], 0.0), None);
}

#[test]
fn the_spot_of_a_row_that_is_gone_is_nowhere() {
    let spot = Spot { row: 7, offset: 3.0 };
    assert_eq!(spot.top(&[1, 2], &[20.0, 20.0]), None);
}

#[test]
fn what_is_not_measured_is_probably_like_the_rest() {
    let mut heights = Heights::default();
    assert_eq!(heights.of(&"a"), 48.0);
    assert!(heights.measure("a", 20.0));
    assert!(!heights.measure("a", 20.0), "no news");
    heights.measure("b", 40.0);
    assert!(!heights.measure("c", f64::NAN));
    assert_eq!((heights.of(&"a"), heights.of(&"c")), (20.0, 30.0));
    heights.retain(|row| *row != "a");
    assert_eq!(heights.of(&"c"), 40.0);
    heights.measure("d", 0.0);
    assert_eq!(heights.of(&"d"), MIN_ROW_PX, "a hidden row is no reason to draw a thousand");
}
