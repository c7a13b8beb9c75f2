//! Statements of both dialects, whole.
