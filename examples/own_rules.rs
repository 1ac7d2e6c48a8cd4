//! Loads a rule of one's own and lets it explain a failure that no shipped rule knows.
//!
//! `cargo run --example own_rules`

use std::error::Error;
use std::io::{self, Write};

use why4xx::{Analyzer, Rules};

/// A gateway of the company answers 402 when the wallet of a team is empty.
const RULE: &str = r#"
title    = "The wallet of the internal gateway is empty"
family   = "billing"
severity = "high"
retry    = "never"
why      = "The company's own gateway pays for calls from a wallet per team, and this one has run out."
fix      = ["Ask the owners of the gateway to top up the wallet of {service}."]

[[match]]
tier = "confirmed"
code = "wallet_empty"

[[example]]
expect = true
input  = '''ERROR app Error code: 402 - {'error': {'message': 'Your team wallet is empty.', 'type': 'acme', 'param': None, 'code': 'wallet_empty'}}'''

[[example]]
expect = false
input  = '''2026-11-16 09:14:56,152 INFO app.chat stored turn {"role": "user", "content": "What does wallet_empty mean?"}'''
"#;

const LOG: &str = "2026-11-16T09:00:28Z ERROR app [billing-api] Error code: 402 - {'error': {'message': \
    'Your team wallet is empty.', 'type': 'acme', 'param': None, 'code': 'wallet_empty'}}";

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("why4xx-own-rules-{}", std::process::id()));
    std::fs::create_dir_all(&path)?;
    let file = path.join("acme-wallet-empty.toml");
    std::fs::write(&file, RULE)?;
    let rules = Rules::load(std::slice::from_ref(&file));
    std::fs::remove_dir_all(&path)?;
    for found in Analyzer::with_rules(rules?).explain(LOG) {
        writeln!(io::stdout(), "{}: {}\n{}", found.cause, found.title, found.fix.join("\n"))?;
    }
    Ok(())
}
