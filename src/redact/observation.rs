//! Masks the fields of an observation that were copied as they stood: names, ids, classes.
//!
//! Messages and excerpts are masked where they are read. What else can hold a secret is whatever an
//! application wrote where a name belongs: `model="sk-…"`, a token in a path, a logger named by a URL.

use std::sync::Arc;

use super::{mask, search};
use crate::model::Observation;

/// Masks every secret in the fields that keep text of the input. Costs one scan of each short field.
pub(crate) fn mask_fields(seen: &mut Observation) {
    let Observation { context, error, headers, .. } = seen;
    let fields = [
        &mut context.logger,
        &mut context.service,
        &mut context.environment,
        &mut context.release,
        &mut context.host_name,
        &mut context.trace_id,
        &mut error.code,
        &mut error.kind,
        &mut error.param,
        &mut headers.request_id,
        &mut headers.organization,
        &mut headers.project,
        &mut headers.server,
        &mut headers.via,
        &mut headers.cf_ray,
        &mut headers.cf_mitigated,
        &mut headers.www_authenticate,
        &mut headers.proxy_authenticate,
        &mut headers.content_type,
        &mut seen.method,
        &mut seen.host,
        &mut seen.endpoint,
        &mut seen.model,
        &mut seen.organization,
        &mut seen.project,
        &mut seen.exception,
        &mut seen.identity,
    ];
    fields.into_iter().flatten().for_each(mask_field);
    if let Some(client) = &mut seen.client {
        mask_field(&mut client.name);
        client.version.iter_mut().for_each(mask_field);
    }
}

fn mask_field(field: &mut Arc<str>) {
    if !search(field).is_empty() {
        *field = Arc::from(mask(field).as_str());
    }
}
