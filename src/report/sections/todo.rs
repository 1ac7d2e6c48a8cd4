//! What to do, the greatest effect first.

use super::{Item, Section};
use crate::report::phrases::{Clock, rest};
use crate::report::view::{Action, Report};
use crate::report::words::count_of;

/// Actions that are listed.
const MAX_ACTIONS: usize = 8;

/// The actions, each with its effect and the command that checks it.
pub(super) fn todo(report: &Report, _clock: &Clock<'_>) -> Option<Section> {
    let actions = &report.actions;
    let mut items: Vec<Item> = actions.iter().take(MAX_ACTIONS).map(item).collect();
    items.extend(rest(actions.len(), MAX_ACTIONS, "action").map(|text| Item { text, ..Item::default() }));
    let title = "What to do, the greatest effect first";
    (!items.is_empty()).then(|| Section { title, items, ..Section::default() })
}

fn item(action: &Action) -> Item {
    let state = if action.is_open { "open" } else { "over" };
    let saves = match action.saves {
        0 => String::new(),
        saves => format!(" · would have saved {}", count_of(saves, "call")),
    };
    Item {
        is_bad: action.is_open,
        text: action.step.clone(),
        note: Some(format!("{} · {} · {state}{saves}", action.cause, action.severity)),
        command: action.verify.clone().map(|verify| ("Check", verify)),
    }
}
