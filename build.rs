//! Lists every rule file under `rules/` so that the program carries them all.
//!
//! Writes `builtin_rules.rs`: a sorted list of (path from the package root, text, digest of the text).

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    for family in entries(Path::new("rules"))?.into_iter().filter(|path| path.is_dir()) {
        files.extend(
            entries(&family)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")),
        );
    }
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        let digest = blake3::hash(&fs::read(&file)?);
        let text = format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{name}\"))");
        writeln!(list, "    (\"{name}\", {text}, {:?}),", digest.as_bytes()).map_err(io::Error::other)?;
    }
    list.push(']');
    let target = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cannot read `OUT_DIR`"))?;
    fs::write(PathBuf::from(target).join("builtin_rules.rs"), list)
}

/// What a directory holds, sorted by name.
fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}
