//! The thread that parsing runs on.
//!
//! Decoding, walking and dropping a syntax tree recurse as deep as the statement nests, and libpg_query hands
//! out trees up to 10,000 messages deep: more than the 2 MiB stack of an ordinary thread can take. So a run
//! does all of it on one thread with a large stack, and only values without deep nesting leave that thread.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::thread::{self, Builder};

/// Stack of the parsing thread: reserved, not used, as the system hands out pages when they are touched. The deepest
/// trees need some 20 MiB of it; without optimisation the frames are ten times as large.
const STACK_SIZE: usize = if cfg!(debug_assertions) { 512 << 20 } else { 64 << 20 };

thread_local! {
    static LARGE: Cell<bool> = const { Cell::new(false) };
}

/// Why a run on the parsing thread gave no value.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The system refused the thread.
    #[error("cannot start the parsing thread: {0}")]
    Spawn(#[from] io::Error),
    /// The work panicked: a bug; the text is the panic's message.
    #[error("internal error while parsing: {0}")]
    Panicked(String),
}

/// Runs `f` on a thread whose stack is large enough for every tree libpg_query hands out. Called on such a
/// thread, it just calls `f`.
///
/// Meant to be called once per run, around everything that parses: libpg_query sets up memory per thread.
/// What `f` returns must not hold a syntax tree, because dropping a deep one needs the large stack as well.
pub fn with_large_stack<T: Send>(f: impl FnOnce() -> T + Send) -> Result<T, StackError> {
    if is_large() {
        return Ok(f());
    }
    let work = || {
        LARGE.set(true);
        f()
    };
    thread::scope(|scope| {
        let thread =
            Builder::new().name("parse".to_owned()).stack_size(STACK_SIZE).spawn_scoped(scope, work)?;
        thread.join().map_err(|panic| StackError::Panicked(panic_message(panic.as_ref())))
    })
}

/// Whether the current thread has the large stack.
pub(super) fn is_large() -> bool {
    LARGE.get()
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_calls_stay_on_one_thread() {
        let ids = with_large_stack(|| {
            let inner = with_large_stack(|| thread::current().id());
            (thread::current().id(), inner.ok())
        });
        let (outer, inner) = ids.unwrap();
        assert_eq!(Some(outer), inner);
        assert_ne!(outer, thread::current().id());
        assert!(!is_large());
    }

    #[test]
    fn a_panic_becomes_an_error() {
        let result = with_large_stack(|| {
            let _: u8 = "x".parse().expect("a digit");
        });
        assert!(result.unwrap_err().to_string().contains("a digit"));
    }
}
