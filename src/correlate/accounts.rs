//! Incidents that answers tell though nothing failed: one key on several accounts, libraries that are too old.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evaluate::{Question, fact, timed};
use super::group::Group;
use super::incident::{Incident, Measure};
use crate::aggregate::{ClientUse, Merge, Tally};
use crate::rules::{Measured, Version};

impl Question<'_> {
    /// One key whose answers came for other organizations or projects at one service than at another. A service
    /// that is answered for several, as one that works for several customers, is none by itself.
    pub(super) fn answered(&self, group: &Group<'_>) -> Vec<Incident> {
        if !self.is_openai_key(group) {
            return Vec::new();
        }
        self.accounts_differ(group).into_iter().collect()
    }

    /// Whether the rule tells of accounts, and those of the services with a key differ: that says which services use
    /// the key as well.
    pub(super) fn tells_accounts(&self, group: &Group<'_>) -> bool {
        let is_of_accounts = |field| matches!(field, Some(Measured::Organization | Measured::Project));
        let tables = self.rule.correlations.iter().filter(|table| is_of_accounts(table.field));
        let mut questions = tables.map(|correlation| Question { correlation, ..*self });
        questions.any(|question| question.accounts_differ(group).is_some())
    }

    fn accounts_differ(&self, group: &Group<'_>) -> Option<Incident> {
        let of_organizations = self
            .answered_of_kind(group, false, &is_organization_id)
            .or_else(|| self.answered_of_kind(group, false, &|name| !is_organization_id(name)));
        match self.correlation.field {
            // Of several organizations the projects differ anyway.
            Some(Measured::Project) if of_organizations.is_some() => None,
            Some(Measured::Project) => self.answered_of_kind(group, true, &|_| true),
            _ => of_organizations,
        }
    }

    /// Names are compared with names and ids with ids: both stand for the same organization.
    fn answered_of_kind(
        &self,
        group: &Group<'_>,
        are_projects: bool,
        is_of_kind: &dyn Fn(&str) -> bool,
    ) -> Option<Incident> {
        let mut by_service: BTreeMap<&Arc<str>, BTreeMap<&Arc<str>, Tally>> = BTreeMap::new();
        for (scope, track) in &group.tracks {
            let account = if are_projects { &scope.project } else { &scope.organization };
            let named =
                scope.service.as_ref().zip(account.as_ref()).filter(|(_, account)| is_of_kind(account));
            if let Some((service, account)) = named.filter(|_| track.accepted.count > 0) {
                let tally = by_service.entry(service).or_default().entry(account).or_default();
                tally.merge(track.accepted);
            }
        }
        let count =
            |accounts: &BTreeMap<&Arc<str>, Tally>| accounts.values().map(|tally| tally.count).sum::<u64>();
        by_service.retain(|_, accounts| count(accounts) >= self.correlation.min_events);
        let sets: Vec<BTreeSet<&Arc<str>>> =
            by_service.values().map(|accounts| accounts.keys().copied().collect()).collect();
        let differ = sets
            .iter()
            .enumerate()
            .any(|(at, one)| sets.iter().skip(at + 1).any(|other| one.is_disjoint(other)));
        let all: BTreeSet<&Arc<str>> = sets.iter().flatten().copied().collect();
        if !differ || !self.correlation.condition.holds(all.len() as u64) {
            return None;
        }
        let mut incident = self.blank();
        self.count_calls(&mut incident, group);
        let mut span = Tally::default();
        let mut accounts: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        for (service, of_service) in by_service {
            for (account, tally) in of_service {
                span.merge(tally);
                accounts.entry(Arc::clone(account)).or_default().push(Arc::clone(service));
            }
        }
        let field = if are_projects { "project" } else { "organization" };
        incident.evidence = accounts.keys().take(3).map(|account| fact(field, account)).collect();
        incident.calls = span.count;
        incident.measure = Measure::Answered { are_projects, accounts };
        Some(timed(incident, span))
    }

    /// Versions of client libraries that are older than the rule allows, each an incident.
    pub(super) fn outdated(&self) -> Vec<Incident> {
        self.summary.clients.iter().filter_map(|(name, client)| self.outdated_of(name, client)).collect()
    }

    fn outdated_of(&self, name: &str, client: &ClientUse) -> Option<Incident> {
        let (library, version) = name.split_once(' ')?;
        let least = self.correlation.below.get(library)?;
        let is_old = Version::of(version).is_some_and(|version| version < *least);
        let calls = client.calls.ok + client.calls.failed;
        if !is_old || calls < self.correlation.min_events {
            return None;
        }
        let mut incident = self.blank();
        let mut span = Tally::default();
        for seen in client.span.first.iter().chain(&client.span.last) {
            span.merge(Tally::at(seen.at, 0));
        }
        incident.services =
            client.services.iter().map(|(service, count)| (Arc::clone(service), *count)).collect();
        incident.first = client.span.first.as_ref().map(|seen| seen.location.clone());
        incident.calls = calls;
        incident.evidence = vec![fact("client.name", library), fact("client.version", version)];
        incident.measure = Measure::Outdated {
            client: Arc::from(library),
            version: Arc::from(version),
            least: least.to_string(),
        };
        Some(timed(incident, span))
    }
}

/// Whether this is an id and not a name of an organization.
fn is_organization_id(name: &str) -> bool {
    name.starts_with("org-")
}
