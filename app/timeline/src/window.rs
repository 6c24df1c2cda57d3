//! Which rows are in the document: those in sight and some around them, with room kept for the others. Pure numbers in
//! CSS pixels; never an element.

use std::{collections::HashMap, hash::Hash, ops::Range};

/// The most rows in the document, however many there are.
pub const MAX_WINDOW_ROWS: usize = 400;

/// No row counts as lower than this, so that [`MAX_WINDOW_ROWS`] cover any screen.
pub const MIN_ROW_PX: f64 = 12.0;

/// What a row counts for until enough are measured.
const GUESS_PX: f64 = 48.0;

/// Heights as they were measured; others are estimated by the mean.
#[derive(Clone, Debug)]
pub struct Heights<K> {
    measured: HashMap<K, f64>,
    sum: f64,
}

impl<K: Eq + Hash> Default for Heights<K> {
    fn default() -> Self {
        Self { measured: HashMap::new(), sum: 0.0 }
    }
}

impl<K: Eq + Hash> Heights<K> {
    /// Notes how high a row is. Returns whether that is news.
    pub fn measure(&mut self, row: K, height: f64) -> bool {
        if !height.is_finite() {
            return false;
        }
        let height = height.max(MIN_ROW_PX);
        let before = self.measured.insert(row, height);
        self.sum += height - before.unwrap_or(0.0);
        before != Some(height)
    }

    /// How many rows were measured.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.measured.len()
    }

    /// Forgets rows that are no more.
    pub fn retain(&mut self, mut is_there: impl FnMut(&K) -> bool) {
        self.measured.retain(|row, _| is_there(row));
        self.sum = self.measured.values().sum();
    }

    /// How high a row is, or probably.
    #[must_use]
    pub fn of(&self, row: &K) -> f64 {
        self.measured.get(row).copied().unwrap_or_else(|| self.estimate())
    }

    fn estimate(&self) -> f64 {
        if self.measured.is_empty() { GUESS_PX } else { self.sum / self.measured.len() as f64 }
    }
}

/// The rows to draw, and the room to keep above and below them.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Which rows.
    pub rows: Range<usize>,
    /// Pixels of the rows before.
    pub above: f64,
    /// Pixels of the rows after.
    pub below: f64,
}

impl Window {
    /// The window for a view of `height` pixels that begins `top` pixels below the first row, with `margin` pixels more on
    /// both sides as far as [`MAX_WINDOW_ROWS`] allow.
    #[must_use]
    pub fn of(heights: &[f64], top: f64, height: f64, margin: f64) -> Self {
        let ends = ends(heights);
        let total = ends.last().copied().unwrap_or(0.0);
        let height = height.max(0.0);
        // An elastic scroll, or rows that have just gone, may leave the view outside.
        let top = top.clamp(0.0, (total - height).max(0.0));
        let seen = rows_between(&ends, top, top + height);
        let wide = rows_between(&ends, top - margin, top + height + margin);
        Self::around(&ends, bounded(seen, wide))
    }

    /// These rows, which are drawn already, if they reach at least half of `margin` and at most twice as far beyond the view:
    /// a height that turned out otherwise, or a view a line lower, is no reason to draw others.
    #[must_use]
    pub fn kept(rows: Range<usize>, heights: &[f64], top: f64, height: f64, margin: f64) -> Option<Self> {
        let ends = ends(heights);
        let total = ends.last().copied().unwrap_or(0.0);
        if rows.end > ends.len() {
            return None;
        }
        let (first, last) = (rows.start == 0, rows.end == ends.len());
        let window = Self::around(&ends, rows);
        let reaches = |pixels: f64, all: bool| (all || pixels >= margin / 2.0) && pixels <= margin * 2.0;
        let beyond = total - window.below - (top + height.max(0.0));
        (reaches(top - window.above, first) && reaches(beyond, last)).then_some(window)
    }

    fn around(ends: &[f64], rows: Range<usize>) -> Self {
        let above = rows.start.checked_sub(1).map_or(0.0, |before| ends[before]);
        let drawn_to = rows.end.checked_sub(1).map_or(0.0, |last| ends[last]);
        Self { above, below: ends.last().map_or(0.0, |total| total - drawn_to), rows }
    }
}

/// A row and how far the view begins below its top: keeps the view still while rows come and go above it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot<K> {
    /// The first row in sight.
    pub row: K,
    /// Pixels of it that are above the view.
    pub offset: f64,
}

impl<K: Eq + Hash + Clone> Spot<K> {
    /// What is at the top of the view. `None` if there are no rows.
    #[must_use]
    pub fn at(rows: &[K], heights: &[f64], top: f64) -> Option<Self> {
        let ends = ends(heights);
        let place = ends.partition_point(|&end| end <= top).min(rows.len().checked_sub(1)?);
        let start = place.checked_sub(1).map_or(0.0, |before| ends[before]);
        Some(Self { row: rows[place].clone(), offset: top - start })
    }

    /// Where to scroll so that it is at the top again. `None` if the row is gone.
    #[must_use]
    pub fn top(&self, rows: &[K], heights: &[f64]) -> Option<f64> {
        let place = rows.iter().position(|row| *row == self.row)?;
        Some(heights[..place].iter().map(|height| height.max(MIN_ROW_PX)).sum::<f64>() + self.offset)
    }
}

/// Where each row ends, from the top of the first.
fn ends(heights: &[f64]) -> Vec<f64> {
    let running = heights.iter().scan(0.0, |end, height| {
        *end += height.max(MIN_ROW_PX);
        Some(*end)
    });
    running.collect()
}

fn rows_between(ends: &[f64], from: f64, to: f64) -> Range<usize> {
    let start = ends.partition_point(|&end| end <= from).min(ends.len());
    let last = ends.partition_point(|&end| end < to);
    start..(last + 1).min(ends.len()).max(start)
}

/// `wide`, narrowed around `seen` to what the document bears.
fn bounded(seen: Range<usize>, wide: Range<usize>) -> Range<usize> {
    if wide.len() <= MAX_WINDOW_ROWS {
        return wide;
    }
    let spare = MAX_WINDOW_ROWS.saturating_sub(seen.len());
    let before = (seen.start - wide.start).min(spare / 2);
    let after = (wide.end.saturating_sub(seen.end)).min(spare - before);
    let start = seen.start - before;
    start..(seen.end + after).min(start + MAX_WINDOW_ROWS)
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
