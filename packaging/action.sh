#!/usr/bin/env bash
# The work of action.yml: the report into the summary of the job, an annotation for each cause, the exit status of the gate.
set -uo pipefail

read -ra paths <<<"$INPUT_PATHS"
read -ra arguments <<<"$INPUT_ARGUMENTS"
report=$(mktemp)
trap 'rm -f "$report"' EXIT

why4xx "${arguments[@]}" --format json -- "${paths[@]}" >"$report"
status=$?
[ -s "$report" ] || exit "$status"

{
    echo "### Calls to the OpenAI API"
    why4xx --format markdown -- "${paths[@]}"
} >>"$GITHUB_STEP_SUMMARY"

if [ "$INPUT_ANNOTATIONS" = true ]; then
    # Text of a log must not end an annotation or begin another: `%`, line ends, and in properties `:` and `,`.
    jq -r '
        def text: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
        def property: text | gsub(":"; "%3A") | gsub(","; "%2C");
        .causes[] | . as $cause | (.locations[0] // {}) as $place
        | "::" + (if ($cause.severity | IN("critical", "high")) then "error" else "warning" end)
        + " title=" + ($cause.title | property)
        + (if $place.source then ",file=" + ($place.source | property) + ",line=" + ($place.line | tostring) else "" end)
        + "::" + (($cause.count | tostring) + " calls (" + $cause.cause + ", " + $cause.tier + "). " + ($cause.fix[0] // "") | text)
    ' "$report"
fi
exit "$status"
