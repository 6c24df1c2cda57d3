//! Counts what the parser does, so that tests can say that it is linear without a clock. Outside tests it is nothing.

#[cfg(test)]
std::thread_local! {
    static STEPS: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}

/// So many bytes, lines or marks were looked at.
#[cfg(test)]
pub(crate) fn count(steps: usize) {
    STEPS.set(STEPS.get() + steps);
}

#[cfg(not(test))]
#[inline(always)]
pub(crate) fn count(_steps: usize) {}

/// How many steps something takes.
#[cfg(test)]
pub(crate) fn of(act: impl FnOnce()) -> usize {
    STEPS.set(0);
    act();
    STEPS.get()
}
