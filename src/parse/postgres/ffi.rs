//! Calls libpg_query for what its Rust crate does not hand out: the place of a syntax error and the text of a
//! PL/pgSQL tree.
//!
//! The library is the one that the `pg_query` crate builds and links; the declarations below are those of its
//! `pg_query.h`, version 18.1. This is the only file with `unsafe` code.
#![allow(unsafe_code, reason = "the C interface has no safe binding that keeps error positions")]

use std::ffi::{CStr, CString, c_char, c_int};
use std::slice;

use pg_query::protobuf::ParseResult;
use prost::Message;

use super::{SyntaxError, stack};
use crate::text::offset;

#[repr(C)]
struct PgQueryError {
    message: *mut c_char,
    funcname: *mut c_char,
    filename: *mut c_char,
    lineno: c_int,
    cursorpos: c_int,
    context: *mut c_char,
}

#[repr(C)]
struct PgQueryProtobuf {
    len: usize,
    data: *mut c_char,
}

#[repr(C)]
struct PgQueryProtobufParseResult {
    parse_tree: PgQueryProtobuf,
    stderr_buffer: *mut c_char,
    error: *mut PgQueryError,
}

#[repr(C)]
struct PgQueryPlpgsqlParseResult {
    plpgsql_funcs: *mut c_char,
    error: *mut PgQueryError,
}

unsafe extern "C" {
    fn pg_query_parse_protobuf_opts(
        input: *const c_char,
        parser_options: c_int,
    ) -> PgQueryProtobufParseResult;
    fn pg_query_free_protobuf_parse_result(result: PgQueryProtobufParseResult);
    fn pg_query_parse_plpgsql(input: *const c_char) -> PgQueryPlpgsqlParseResult;
    fn pg_query_free_plpgsql_parse_result(result: PgQueryPlpgsqlParseResult);
}

/// Longest statement that is parsed, in bytes: a tree takes up to a hundred times the memory of its text.
const MAX_LEN: usize = 32 << 20;

/// Parses SQL with the server's grammar, at best one statement at a time: the first error ends it.
///
/// Must run inside [`stack::with_large_stack`], and the tree must be dropped there.
pub fn parse(sql: &str) -> Result<ParseResult, SyntaxError> {
    let input = prepare(sql)?;
    // SAFETY: `input` is a NUL-terminated string that outlives the call; the library does not keep it. Option 0
    // is the default grammar.
    let result = unsafe { pg_query_parse_protobuf_opts(input.as_ptr(), 0) };
    // SAFETY: `error` is null or points to an error that the library has filled in and that stays valid until
    // the result is freed below.
    let error = unsafe { result.error.as_ref() }.map(|error| syntax_error(error, sql));
    let parsed = match error {
        Some(error) => Err(error),
        None if result.parse_tree.data.is_null() => Ok(ParseResult::default()),
        None => {
            // SAFETY: without an error the library has set `data` to `len` initialised bytes, which it leaves
            // alone until the result is freed below.
            let tree =
                unsafe { slice::from_raw_parts(result.parse_tree.data.cast::<u8>(), result.parse_tree.len) };
            ParseResult::decode(tree)
                .map_err(|e| SyntaxError::new(format!("cannot decode the syntax tree: {e}")))
        }
    };
    // SAFETY: the result comes from the matching call, is freed once, and nothing above still borrows from it.
    unsafe { pg_query_free_protobuf_parse_result(result) };
    parsed
}

/// The PL/pgSQL trees of the `CREATE FUNCTION` and `DO` statements in `sql`, as the library's JSON text: an
/// array with one element per statement. The text has a known fault; see [`super::plpgsql`].
///
/// Must run inside [`stack::with_large_stack`].
pub fn parse_plpgsql_json(sql: &str) -> Result<String, SyntaxError> {
    let input = prepare(sql)?;
    // SAFETY: `input` is a NUL-terminated string that outlives the call; the library does not keep it.
    let result = unsafe { pg_query_parse_plpgsql(input.as_ptr()) };
    // SAFETY: as in `parse`.
    let error = unsafe { result.error.as_ref() }.map(|error| syntax_error(error, sql));
    let parsed = match error {
        Some(error) => Err(error),
        None if result.plpgsql_funcs.is_null() => Ok("[]".to_owned()),
        // SAFETY: without an error the library has set this to a NUL-terminated string, valid until freed.
        None => Ok(unsafe { CStr::from_ptr(result.plpgsql_funcs) }.to_string_lossy().into_owned()),
    };
    // SAFETY: the result comes from the matching call, is freed once, and nothing above still borrows from it.
    unsafe { pg_query_free_plpgsql_parse_result(result) };
    parsed
}

fn prepare(sql: &str) -> Result<CString, SyntaxError> {
    if !stack::is_large() {
        return Err(SyntaxError::new("internal error: the parser was called outside its thread"));
    }
    if sql.len() > MAX_LEN {
        let mib = MAX_LEN >> 20;
        return Err(SyntaxError::new(format!(
            "the statement is longer than {mib} MiB, the most that is parsed"
        )));
    }
    CString::new(sql).map_err(|error| SyntaxError {
        offset: Some(offset(error.nul_position())),
        ..SyntaxError::new("the text holds a NUL byte, which no SQL statement can")
    })
}

/// Copies an error out of the library's memory. `cursorpos` counts characters from 1; 0 means no place. An error
/// in a PL/pgSQL body has its line in the context: `… near line 3`.
fn syntax_error(error: &PgQueryError, sql: &str) -> SyntaxError {
    let message = copy(error.message).unwrap_or_else(|| "syntax error".to_owned());
    let place = usize::try_from(error.cursorpos).ok().and_then(|n| n.checked_sub(1));
    let place = place.map(|n| sql.char_indices().nth(n).map_or(sql.len(), |(at, _)| at));
    let body_line = copy(error.context).and_then(|context| {
        let (_, number) = context.lines().last()?.rsplit_once(" line ")?;
        number.parse().ok()
    });
    SyntaxError { message, offset: place.map(offset), body_line }
}

/// Copies a string that the library owns; `None` for a null pointer.
fn copy(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: a pointer in an error that is not null leads to a NUL-terminated string, valid until it is freed.
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::stack::with_large_stack;
    use super::*;

    /// Number of statements, or the error.
    fn count(sql: &str) -> Result<usize, SyntaxError> {
        with_large_stack(|| parse(sql).map(|tree| tree.stmts.len())).unwrap()
    }

    #[test]
    fn error_positions_are_byte_offsets() {
        assert_eq!(count("SELECT 1; SELECT 2"), Ok(2));
        assert_eq!(count("-- nothing"), Ok(0));
        let sql = "SELECT 'ü€', FROM t";
        let error = count(sql).unwrap_err();
        assert_eq!(error.message, "syntax error at or near \"FROM\"");
        assert_eq!(error.offset, sql.find("FROM").map(offset));
        assert_eq!(count("SELECT (").unwrap_err().offset, Some(8));
    }

    #[test]
    fn nul_bytes_are_an_error_with_a_place() {
        assert_eq!(count("SELECT 1\0").unwrap_err().offset, Some(8));
        let json = with_large_stack(|| parse_plpgsql_json("\0")).unwrap();
        assert_eq!(json.unwrap_err().offset, Some(0));
    }

    #[test]
    fn calls_outside_the_parsing_thread_are_refused() {
        assert!(parse("SELECT 1").is_err());
        assert!(parse_plpgsql_json("SELECT 1").is_err());
    }
}
