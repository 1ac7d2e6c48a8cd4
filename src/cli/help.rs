//! The longer texts of `--help`: examples and exit statuses.

/// Shown below the short help.
pub(super) const EXAMPLES: &str = "\
Examples:
  kubectl logs deploy/api | why4xx            why did calls fail?
  why4xx incident-2231/ sentry-export.json    read folders and files
  why4xx --since 24h --service billing logs/  one service, the last day
  why4xx events logs/ | jq .cause             one JSON object per failed call
  why4xx explain insufficient_quota           what does this error mean?";

/// Shown below the long help.
pub(super) const MORE: &str = "\
Examples:
  kubectl logs deploy/api | why4xx            why did calls fail?
  why4xx incident-2231/ sentry-export.json    read folders and files
  why4xx --since 24h --service billing logs/  one service, the last day
  why4xx --include '*.log' /var/log           only some files of a folder
  why4xx -o week.md -o week.csv logs/         the report in several formats
  why4xx events logs/ | jq .cause             one JSON object per failed call
  why4xx explain insufficient_quota           what does this error mean?
  why4xx explain < error.txt                  what does this text mean?
  why4xx report --week 2026-W46 logs/         how did the week go?
  why4xx redact app.log > shared.log          a copy without secrets

Exit status:
  0    done, also when calls failed or parts of the input could not be read
  1    a gate, a check or a test says no
  2    nothing could be read, wrong usage, or a broken rule file
  130  ended by Ctrl-C, 143 by SIGTERM

A path that is named like a command is written `./events`; what follows `--` is a path.
Nothing is sent over the network. Secrets are never shown.";

/// Exit statuses of a command that reads logs.
pub(super) const EXIT: &str = "\
Exit status:
  0    done, also when calls failed or parts of the input could not be read
  1    a gate, a check or a test says no
  2    nothing could be read, wrong usage, or a broken rule file
  130  ended by Ctrl-C, 143 by SIGTERM";

/// Examples, promises and exit statuses of `redact`.
pub(super) const EXIT_OF_REDACT: &str = "\
Examples:
  why4xx redact app.log > ticket.log        a copy that can be shared
  kubectl logs deploy/api | why4xx redact   nothing secret leaves the pipe
  why4xx redact --check .                   is there a secret in this folder?

Every other byte stays as it is: line ends, colours, invalid UTF-8; a HAR or a Sentry export
stays valid JSON. Packed files are unpacked, UTF-16 becomes UTF-8.

Exit status: 0 done, or nothing found with --check; 1 a secret was found with --check;
2 nothing could be read, or an input cannot be masked.";
