//! Tracks that belong together by some dimensions, seen as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::incident::{Counts, Incident, Part};
use super::runs::Run;
use crate::aggregate::{Buckets, Merge, Proof, Scope, Series, Summary, Tally, Track};
use crate::model::Tier;
use crate::rules::Dimension;

/// A track with its own scope.
type Member<'a> = (&'a Scope, &'a Track);

/// What the calls of a group did.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The values by which it was grouped.
    pub(super) scope: Scope,
    /// The tracks whose values are these.
    pub(super) tracks: Vec<Member<'a>>,
    /// Tracks that do not show their key, organization or project and may belong to it.
    vague: Vec<&'a Track>,
}

/// The groups of a summary, by their values.
pub(super) fn groups<'a>(summary: &'a Summary, dimensions: &[Dimension]) -> Vec<Group<'a>> {
    let mut scopes: BTreeMap<Scope, Vec<Member<'a>>> = BTreeMap::new();
    for (scope, track) in summary.tracks.iter() {
        scopes.entry(projected(scope, dimensions)).or_default().push((scope, track));
    }
    let mut vague_ones: BTreeMap<Scope, Vec<(&Scope, &[Member<'a>])>> = BTreeMap::new();
    for (scope, tracks) in scopes.iter().filter(|(scope, _)| is_vague(scope)) {
        vague_ones.entry(scope.caller()).or_default().push((scope, tracks));
    }
    let vague = |wanted: &Scope| -> Vec<&'a Track> {
        let of_caller = vague_ones.get(&wanted.caller()).map(Vec::as_slice).unwrap_or_default();
        let fitting = of_caller.iter().filter(|(scope, _)| *scope != wanted && may_be(scope, wanted));
        fitting.flat_map(|(_, tracks)| tracks.iter().map(|(_, track)| *track)).collect()
    };
    scopes
        .iter()
        .map(|(scope, tracks)| Group { scope: scope.clone(), tracks: tracks.clone(), vague: vague(scope) })
        .collect()
}

/// Whether the scope leaves open on whose account was called.
fn is_vague(scope: &Scope) -> bool {
    scope.organization.is_none() || scope.project.is_none() || scope.key.is_none()
}

/// The scope with nothing but the dimensions.
pub(super) fn projected(scope: &Scope, dimensions: &[Dimension]) -> Scope {
    let keep =
        |dimension, value: &Option<Arc<str>>| value.clone().filter(|_| dimensions.contains(&dimension));
    Scope {
        service: keep(Dimension::Service, &scope.service),
        environment: keep(Dimension::Environment, &scope.environment),
        host: keep(Dimension::Host, &scope.host),
        organization: keep(Dimension::Organization, &scope.organization),
        project: keep(Dimension::Project, &scope.project),
        key: keep(Dimension::Key, &scope.key),
    }
}

/// Whether calls that show less may be calls of the wanted scope.
fn may_be(scope: &Scope, wanted: &Scope) -> bool {
    let fits = |value: &Option<Arc<str>>, wanted: &Option<Arc<str>>| value.is_none() || value == wanted;
    scope.service == wanted.service
        && scope.environment == wanted.environment
        && scope.host == wanted.host
        && fits(&scope.organization, &wanted.organization)
        && fits(&scope.project, &wanted.project)
        && fits(&scope.key, &wanted.key)
}

impl Group<'_> {
    /// Successes, of vague tracks too.
    pub(super) fn ok(&self) -> Series {
        let mut ok = Series::default();
        let own = self.tracks.iter().map(|(_, track)| *track);
        own.chain(self.vague.iter().copied()).for_each(|track| ok.merge(track.ok.clone()));
        ok
    }

    /// Answers that show that key and organization were accepted, of vague tracks too.
    pub(super) fn accepted(&self) -> Tally {
        let mut accepted = Tally::default();
        let own = self.tracks.iter().map(|(_, track)| *track);
        own.chain(self.vague.iter().copied()).for_each(|track| accepted.merge(track.accepted));
        accepted
    }

    /// Failures for these causes; for all where none is named.
    pub(super) fn failures(&self, causes: Option<&BTreeSet<Arc<str>>>) -> Series {
        let mut series = Series::default();
        for (_, track) in &self.tracks {
            for (cause, failures) in &track.failures {
                if causes.is_none_or(|causes| causes.contains(cause)) {
                    series.merge(failures.series.clone());
                }
            }
        }
        series
    }

    /// The clock's distance and how many answers showed it.
    pub(super) fn skew(&self) -> (Buckets<u64, 256>, Tally, u64) {
        let mut all = (Buckets::default(), Tally::default(), 0);
        for (_, track) in &self.tracks {
            all.0.merge(track.skew.clone());
            all.1.merge(track.skew_measured);
            all.2 += track.skew_assumed_zone;
        }
        all
    }

    /// From the first to the last call, whatever became of it.
    pub(super) fn span(&self) -> Tally {
        let mut span = Tally::default();
        for (_, track) in &self.tracks {
            span.merge(track.ok.total());
            track.failures.values().for_each(|failures| span.merge(failures.series.total()));
        }
        span
    }

    /// An incident of a run of failures for these causes (for all where none is named).
    pub(super) fn incident(
        &self,
        incident: Incident,
        run: &Run,
        causes: Option<&BTreeSet<Arc<str>>>,
    ) -> Incident {
        let mut incident = incident;
        let Run { failures, ok_before, ok_within, recovered_at } = *run;
        incident.onset = Some(failures.first);
        incident.last = Some(failures.last);
        incident.failures = failures.count;
        incident.calls = failures.count + ok_within;
        (incident.is_recovered, incident.recovered_at) = (recovered_at.is_some(), recovered_at);
        incident.ok_before = ok_before.count;
        incident.last_ok_before = (!ok_before.is_empty()).then_some(ok_before.last);
        let mut tiers: BTreeMap<Tier, u64> = BTreeMap::new();
        let mut first: Option<&Proof> = None;
        for (scope, track) in &self.tracks {
            for (cause, failing) in &track.failures {
                if causes.is_some_and(|causes| !causes.contains(cause)) {
                    continue;
                }
                let count = between(&failing.series, failures.first, failures.last).count;
                if count == 0 {
                    continue;
                }
                count_hours(&mut incident, &failing.series);
                count_names(&mut incident, scope, count);
                failing.tiers.iter().for_each(|(tier, count)| *tiers.entry(*tier).or_default() += count);
                let proof = failing.proof.as_ref();
                if proof.is_some_and(|proof| first.is_none_or(|first| proof < first)) {
                    first = proof;
                }
            }
        }
        if let Some(proof) = first {
            incident.evidence.clone_from(&proof.evidence);
            incident.rivals.clone_from(&proof.rivals);
            incident.first = Some(proof.location.clone());
        }
        let most = tiers.iter().max_by_key(|(tier, count)| (**count, std::cmp::Reverse(**tier)));
        incident.tier = most.map_or(incident.tier, |(tier, _)| *tier);
        incident.coincides = self.coinciding(failures, &incident.hosts);
        incident.parts = vec![Part {
            service: self.scope.service.clone(),
            environment: self.scope.environment.clone(),
            onset: incident.onset,
            last: incident.last,
            recovered_at,
            failures: failures.count,
        }];
        incident
    }

    /// Releases, client versions and, where nothing failed anywhere else, hosts that were first seen up to ten
    /// minutes before the first of these failures, while others were seen earlier.
    fn coinciding(&self, failures: Tally, failing: &Counts) -> Vec<Arc<str>> {
        let onset = failures.first;
        let mut seen: BTreeMap<(u8, Arc<str>), i64> = BTreeMap::new();
        for (_, track) in &self.tracks {
            let rows = track.releases.iter().map(|row| (RELEASE, row));
            for (kind, (name, span)) in rows.chain(track.clients.iter().map(|row| (CLIENT, row))) {
                let Some(first) = &span.first else { continue };
                let first = first.at.as_millisecond();
                let entry = seen.entry((kind, Arc::clone(name))).or_insert(first);
                *entry = first.min(*entry);
            }
        }
        for (scope, track) in &self.tracks {
            let first = track.first_seen().zip(scope.host.as_ref());
            if let Some((first, host)) = first {
                let entry = seen.entry((HOST, Arc::clone(host))).or_insert(first);
                *entry = first.min(*entry);
            }
        }
        let is_new = |kind: u8, first: i64| {
            first >= onset - NEW_MS
                && first <= onset
                && seen.iter().any(|(other, at)| other.0 == kind && *at < onset - NEW_MS)
        };
        let is_new_host =
            |host: &Arc<str>| seen.get(&(HOST, Arc::clone(host))).is_some_and(|first| is_new(HOST, *first));
        let are_hosts_new =
            failing.values().sum::<u64>() == failures.count && failing.keys().all(is_new_host);
        seen.iter()
            .filter(|((kind, name), first)| {
                is_new(*kind, **first) && (*kind != HOST || are_hosts_new && failing.contains_key(name))
            })
            .map(|((kind, name), _)| match *kind {
                RELEASE => Arc::from(format!("release {name}")),
                HOST => Arc::from(format!("host {name}")),
                _ => Arc::clone(name),
            })
            .collect()
    }
}

const HOUR_MS: i64 = 60 * 60_000;

/// The kinds of things that may be new.
const RELEASE: u8 = 0;
const CLIENT: u8 = 1;
const HOST: u8 = 2;

/// How long before an onset a release is new.
const NEW_MS: i64 = 10 * 60_000;

/// What of a series lies between two times.
pub(super) fn between(series: &Series, first: i64, last: i64) -> Tally {
    let mut found = Tally::default();
    series
        .iter()
        .filter(|stretch| stretch.first <= last && stretch.last >= first)
        .for_each(|stretch| found.merge(*stretch));
    found
}

/// Adds the failures of a series that fall into the incident, by the hour.
fn count_hours(incident: &mut Incident, series: &Series) {
    let (Some(onset), Some(last)) = (incident.onset, incident.last) else { return };
    for stretch in series.iter().filter(|stretch| stretch.first <= last && stretch.last >= onset) {
        let hour = stretch.first.div_euclid(HOUR_MS) * HOUR_MS;
        *incident.by_hour.entry(hour).or_default() += stretch.count;
    }
}

/// Adds the names of a scope.
pub(super) fn count_names(incident: &mut Incident, scope: &Scope, count: u64) {
    let add = |counts: &mut Counts, name: &Option<Arc<str>>| {
        if let Some(name) = name {
            *counts.entry(Arc::clone(name)).or_default() += count;
        }
    };
    add(&mut incident.services, &scope.service);
    add(&mut incident.environments, &scope.environment);
    add(&mut incident.hosts, &scope.host);
    add(&mut incident.keys, &scope.key);
    add(&mut incident.organizations, &scope.organization);
    add(&mut incident.projects, &scope.project);
}
