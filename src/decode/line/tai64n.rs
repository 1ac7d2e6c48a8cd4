//! The label of daemontools before each line: `@400000006b02aa8024d9ccbc text` (`multilog t`, `svlogd -t`, `s6-log t`).

use super::super::{LineLayer, Peeled, Settings, context, time};
use crate::model::Context;

pub(in crate::decode) const LAYER: LineLayer = LineLayer {
    name: "tai64n",
    title: "TAI64N labels (multilog, svlogd, s6-log)",
    example: "@400000006b02aa8024d9ccbc Traceback (most recent call last):",
    is_verified: true,
    peel,
};

fn peel<'a>(text: &'a str, context: &mut Context, settings: &Settings) -> Option<Peeled<'a>> {
    if !text.starts_with("@4000000") {
        return None;
    }
    let (label, line) = text.split_once(' ').unwrap_or((text, ""));
    context::wrapper_time(context, Some(time::parse(label, settings)?));
    Some(Peeled::text(line))
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{check_not_peeled, check_peeled};
    use super::LAYER;

    #[test]
    fn one_blank_divides_and_indentation_stays() {
        check_peeled(&LAYER, "@400000006b02aa8024d9ccbc   File \"x\"", "  File \"x\"", "");
        check_peeled(&LAYER, "@400000006b02aa8024d9ccbc ", "", "");
    }

    #[test]
    fn what_is_no_label_stays() {
        for line in ["@4000000 users", "@400000006b02aa8024d9ccb text", "@here"] {
            check_not_peeled(&LAYER, line);
        }
    }
}
