//! What the program is built from: no network code, only known licences, sources with a checksum, no `unsafe` of our own.
//!
//! `deny.toml` says the same to cargo-deny, which also knows advisories; here it holds without any tool.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Crates that open sockets, resolve names, or bring a runtime that does.
const NETWORK: &[&str] = &[
    "actix-rt",
    "async-io",
    "async-net",
    "async-std",
    "attohttpc",
    "awc",
    "curl",
    "curl-sys",
    "dns-lookup",
    "embassy-net",
    "futures-net",
    "git2",
    "h2",
    "h3",
    "hickory-proto",
    "hickory-resolver",
    "hyper",
    "hyper-util",
    "isahc",
    "libgit2-sys",
    "libssh2-sys",
    "mio",
    "minreq",
    "monoio",
    "native-tls",
    "net2",
    "openssl",
    "openssl-sys",
    "quiche",
    "quinn",
    "reqwest",
    "rustls",
    "s2n-quic",
    "schannel",
    "security-framework",
    "smol",
    "socket2",
    "ssh2",
    "surf",
    "tokio",
    "tokio-rustls",
    "tonic",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "websocket",
    "zmq",
];
/// Features of crates we do need that would bring sockets.
const NETWORK_FEATURES: &[(&str, &str)] = &[
    ("nix", "net"),
    ("nix", "socket"),
    ("rustix", "net"),
    ("windows-sys", "Win32_Networking"),
    ("windows-sys", "Win32_Networking_WinSock"),
];
/// Crates that compile or link code that is not Rust, and why we have them.
const FOREIGN_CODE: &[(&str, &str)] = &[
    ("libmimalloc-sys", "the allocator of the program, a sixth less time"),
    ("zstd-sys", "zst input at the speed of the original"),
];

/// The crates of a kind of edges, each with its version and features: as cargo resolves them for this platform.
fn tree(edges: &str) -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "-f", "{p}|{f}", "-e", edges])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates = text.lines().filter_map(|line| {
        let (name, features) = line.trim_end_matches(" (*)").split_once('|')?;
        let features = features.split(',').map(str::to_owned).collect();
        Some((name.split(' ').next()?.to_owned(), features))
    });
    crates.collect()
}

fn table(name: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

#[test]
fn nothing_in_the_program_can_open_a_socket() {
    let crates = tree("normal,build");
    assert!(crates.contains_key("why4xx") && crates.contains_key("serde_json"), "{crates:?}");
    let found: Vec<_> = crates.keys().filter(|name| NETWORK.contains(&name.as_str())).collect();
    assert!(found.is_empty(), "{found:?}");
    for (name, feature) in NETWORK_FEATURES {
        let has = crates.get(*name).is_some_and(|features| features.iter().any(|has| has == feature));
        assert!(!has, "{name} has {feature}");
    }
}

/// Our own code neither: the parts of the standard library that do are not named.
#[test]
fn nor_does_our_code() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["std::net", "os::unix::net", "TcpStream", "UdpSocket", "ToSocketAddrs"] {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
    assert!(files > 100, "{files}");
}

#[test]
fn the_list_of_cargo_deny_is_at_least_ours() {
    let denied = table("deny.toml")["bans"]["deny"].as_array().unwrap().clone();
    let denied: Vec<&str> = denied.iter().map(|row| row["crate"].as_str().unwrap()).collect();
    for name in NETWORK {
        assert!(denied.contains(name), "deny.toml does not deny {name}");
    }
    let mut sorted = NETWORK.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), NETWORK.len(), "each once");
}

#[test]
fn every_dependency_is_locked_with_its_checksum() {
    let lock = table("Cargo.lock");
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        let source = package.get("source").and_then(toml::Value::as_str).unwrap_or("none");
        assert!(source.starts_with("registry+"), "{name} comes from {source}");
        assert!(package.get("checksum").is_some(), "{name} has no checksum");
    }
}

/// Licences of everything that ends in the program are those that `deny.toml` allows.
#[test]
fn licences_are_allowed() {
    let allowed = table("deny.toml")["licenses"]["allow"].as_array().unwrap().clone();
    let allowed: Vec<&str> = allowed.iter().map(|word| word.as_str().unwrap()).collect();
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "-f", "{p}|{l}", "-e", "normal"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let (name, licence) = line.trim_end_matches(" (*)").split_once('|').unwrap();
        // All parts must hold; of a choice, one branch.
        let is_choice_allowed = |choice: &str| {
            choice.split(" OR ").any(|one| allowed.contains(&one.trim_matches(['(', ')', ' '])))
        };
        let is_allowed = licence.replace('/', " OR ").split(" AND ").all(is_choice_allowed);
        assert!(is_allowed, "{name}: {licence}");
    }
}

#[test]
fn code_that_is_not_rust_is_known() {
    let crates = tree("normal,build");
    let compiles: Vec<&str> =
        crates.keys().map(String::as_str).filter(|name| name.ends_with("-sys") && !is_rust(name)).collect();
    let known: Vec<&str> = FOREIGN_CODE.iter().map(|(name, _)| *name).collect();
    assert_eq!(compiles, known);
}

/// Crates named like bindings that are Rust all through.
fn is_rust(name: &str) -> bool {
    ["libbz2-rs-sys", "linux-raw-sys", "windows-sys"].contains(&name)
}

#[test]
fn no_unsafe_code_of_our_own() {
    assert_eq!(table("Cargo.toml")["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
}
