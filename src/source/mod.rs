//! stub
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use crate::model::Problem;
#[derive(Debug, Clone, Default)]
pub struct Settings {}
#[derive(Debug, Clone)]
pub struct Input(pub PathBuf);
pub struct Source<'a> { pub name: Arc<str>, pub reader: Box<dyn Read + Send + 'a> }
impl<'a> Source<'a> { pub fn from_text(name: &str, text: &'a str) -> Self { Self { name: Arc::from(name), reader: Box::new(Cursor::new(text.as_bytes())) } } }
pub fn read(input: &Input, _: &Settings, each: &mut dyn FnMut(Source<'_>) -> ControlFlow<()>) -> Vec<Problem> {
    let bytes = std::fs::read(&input.0).unwrap_or_default();
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { let mut v = Vec::new(); let _ = flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut v); v } else { bytes };
    let _ = each(Source { name: Arc::from(input.0.to_string_lossy().as_ref()), reader: Box::new(Cursor::new(bytes)) });
    Vec::new()
}
