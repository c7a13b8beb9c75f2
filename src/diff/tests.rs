//! Differences of single objects and of several.
