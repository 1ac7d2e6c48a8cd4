//! Every call by who made it, with which client library, and what billing blocked.

use std::cmp::Reverse;
use std::sync::Arc;

use super::names;
use crate::aggregate::{Capped, ClientUse, Merge, Summary, Usage};
use crate::model::Family;
use crate::report::view::{Billing, BillingBlock, CauseReport, ClientReport, Counts, NamedUse, Usages, Who};

/// All calls by who made them.
pub(super) fn who(summary: &Summary) -> Who {
    let whole = summary.totals.calls;
    let mut key_names = Vec::new();
    for (name, key) in summary.keys.iter().filter(|(_, key)| key.calls != Usage::default()) {
        key_names.push((name, key.calls));
    }
    Who {
        services: of(&summary.services, whole),
        environments: of(&summary.environments, whole),
        projects: of(&summary.projects, whole),
        organizations: of(&summary.organizations, whole),
        models: of(&summary.models, whole),
        keys: usages(key_names, summary.keys.others().calls, whole),
        hosts: of(&summary.hosts, whole),
    }
}

fn of<const CAP: usize>(uses: &Capped<Usage, CAP>, whole: Usage) -> Usages {
    usages(uses.iter().map(|(name, usage)| (name, *usage)).collect(), *uses.others(), whole)
}

/// The table of some names; what is missing to `whole` is unnamed.
fn usages(uses: Vec<(&Arc<str>, Usage)>, others: Usage, whole: Usage) -> Usages {
    let mut known = others;
    uses.iter().for_each(|(_, usage)| known.merge(*usage));
    let row = |(name, usage): &(&Arc<str>, Usage)| NamedUse {
        name: name.to_string(),
        ok: usage.ok,
        failed: usage.failed,
    };
    let mut named: Vec<NamedUse> = uses.iter().map(row).collect();
    named.sort_by(|a, b| (Reverse((a.failed, a.ok)), &a.name).cmp(&(Reverse((b.failed, b.ok)), &b.name)));
    Usages {
        named,
        others: Counts { ok: others.ok, failed: others.failed },
        unnamed: Counts {
            ok: whole.ok.saturating_sub(known.ok),
            failed: whole.failed.saturating_sub(known.failed),
        },
    }
}

/// Client libraries by version.
pub(super) fn clients(summary: &Summary) -> Vec<ClientReport> {
    let row = |name: &str, client: &ClientUse| {
        let (library, version) =
            name.split_once(' ').map_or((name, None), |(library, version)| (library, Some(version)));
        ClientReport {
            name: library.to_owned(),
            version: version.map(ToOwned::to_owned),
            ok: client.calls.ok,
            failed: client.calls.failed,
            first_seen: client.span.first.as_ref().map(|seen| seen.at),
            last_seen: client.span.last.as_ref().map(|seen| seen.at),
            services: names(&client.services, client.calls.ok + client.calls.failed),
        }
    };
    let mut rows: Vec<ClientReport> =
        summary.clients.iter().map(|(name, client)| row(name, client)).collect();
    rows.sort_by(|a, b| {
        (Reverse((a.failed, a.ok)), &a.name, &a.version).cmp(&(
            Reverse((b.failed, b.ok)),
            &b.name,
            &b.version,
        ))
    });
    let others = summary.clients.others();
    if others.calls != Usage::default() {
        rows.push(row("further", others));
    }
    rows
}

/// What billing blocked.
pub(super) fn billing(causes: &[CauseReport], is_open: &dyn Fn(&CauseReport) -> bool) -> Billing {
    let mut billing = Billing::default();
    for cause in causes.iter().filter(|cause| cause.family == Family::Billing.word()) {
        *match cause.blocks {
            Some("soft") => &mut billing.soft,
            Some("hard") => &mut billing.hard,
            _ => &mut billing.other,
        } += cause.count;
        billing.blocks.push(BillingBlock {
            cause: cause.cause.clone(),
            title: cause.title.clone(),
            blocks: cause.blocks,
            count: cause.count,
            first_seen: cause.first_seen,
            last_seen: cause.last_seen,
            is_open: is_open(cause),
            organizations: cause.organizations.clone(),
            projects: cause.projects.clone(),
        });
    }
    billing.blocks.sort_by_key(|block| block.blocks.unwrap_or("other"));
    billing
}
