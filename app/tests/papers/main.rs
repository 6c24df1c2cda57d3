//! The pages without script: whatever is in them, they are whole.
