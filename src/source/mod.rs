//! Where SQL comes from.
