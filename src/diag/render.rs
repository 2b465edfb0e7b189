//! Diagnostic to terminal text.
