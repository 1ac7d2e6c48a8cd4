#!/usr/bin/env bash
# One archive of a release: the program, man pages, completions, licences. `packaging/archive.sh TARGET VERSION`
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1 version=${2#v}
program=${WHY4XX:-target/$target/release/why4xx}
name=why4xx-$version-$target
out=dist/$name
rm -rf "$out"
mkdir -p "$out/completions"
cp "$program" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$out"
"$program" man --dir "$out/man"
for shell in bash zsh fish powershell elvish; do
    "$program" completions "$shell" >"$out/completions/why4xx.$shell"
done
# Equal sources give equal archives.
tar --sort=name --mtime='2026-01-01 00:00Z' --owner=0 --group=0 --numeric-owner -C dist -cf - "$name" | gzip -n >"$out.tar.gz"
(cd dist && { sha256sum "$name.tar.gz" || shasum -a 256 "$name.tar.gz"; } >"$name.tar.gz.sha256")
rm -rf "$out"
