//! Scripts and files, in real shells behind a real console.
mod simulated;
