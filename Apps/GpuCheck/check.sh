#!/bin/sh
# Checks and times the cuda device; lies in the folder that publish.sh makes. Writes one JSON file, and the logs beside it.
# Usage: ./check.sh [RESULT.json] [--device NAME] [--limit SECONDS]
# Each part is stopped after --limit seconds, 600 if not given, so that the file comes in any case; a part that was stopped exits with 124.
set -u
cd "$(dirname "$0")" || exit 1
result=result.json
device=cuda
limit=600
while [ $# -gt 0 ]; do
    case $1 in
        --device) device=$2; shift 2 ;;
        --limit) limit=$2; shift 2 ;;
        *) result=$1; shift ;;
    esac
done
unset DOTNET_ROOT
logs=logs
rm -rf "$logs"
mkdir -p "$logs"

# A text as a JSON string.
quote() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\010\013-\037' | sed 's/\\/\\\\/g; s/"/\\"/g; s/\t/ /g' | awk '{ printf "%s%s", separator, $0; separator = "\\n" }')"; }

# A line as it is: the echo of some shells turns \n into a new line.
line() { printf '%s\n' "$1"; }

# A command's exit status, with its output in a log. It is interrupted at the limit, and killed where that does not help.
run() { name=$1; shift; timeout --kill-after=20 "$limit" "$@" > "$logs/$name.log" 2>&1; echo $?; }

# A number that stands behind a word in the summary of the tests, or 0.
counted() { grep -i "^ *$1: *[0-9]" "$logs/tests.log" | tail -1 | tr -dc 0-9 | grep . || echo 0; }

# What a bench wrote: a JSON object a line, the last of which may be torn.
passes() { cat "$logs"/bench*.log | grep '^{.*}$' | sed '$!s/$/,/; s/^/    /'; }

devices=$(timeout 120 ./seg devices 2>&1)
bench=$(run bench ./seg bench --device "$device")
gradcheck=$(run gradcheck ./seg gradcheck --device "$device")
ladder=$(run ladder ./seg lab convolution --device "$device")
profile=$(run profile ./seg profile --device "$device" --steps 5)
precisions=
for precision in tf32 bf16; do
    status=$(run "bench-$precision" ./seg bench --device "$device" --precision "$precision")
    precisions="$precisions, \"bench_${precision}_exit\": $status"
done
# The name stands in quotation marks: a parenthesis, escaped or not, is more than the filter of NUnit's runner can read.
tests=$(run tests ./SegFromScratch.Tests --filter "FullyQualifiedName~\"$device\"|FullyQualifiedName~Tests_of_operations_run_on" --progress off --no-ansi)
sanitizer='"not installed"'
if command -v compute-sanitizer > /dev/null; then
    memory=$(run memcheck compute-sanitizer --tool memcheck --error-exitcode 9 ./seg gradcheck --device "$device")
    races=$(run racecheck compute-sanitizer --tool racecheck --error-exitcode 9 ./seg gradcheck --device "$device")
    sanitizer="{ \"memcheck_exit\": $memory, \"racecheck_exit\": $races }"
fi

{
    line '{'
    line "  \"time\": $(quote "$(date -u +%FT%TZ)"),"
    line "  \"machine\": $(quote "$(uname -srm)"),"
    line "  \"gpu\": $(quote "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo none)"),"
    line "  \"device\": $(quote "$device"),"
    line "  \"devices\": $(quote "$devices"),"
    line "  \"tests\": { \"exit\": $tests, \"total\": $(counted total), \"succeeded\": $(counted succeeded), \"failed\": $(counted failed), \"skipped\": $(counted skipped) },"
    line "  \"gradcheck_exit\": $gradcheck,"
    line "  \"ladder_exit\": $ladder,"
    line "  \"profile_exit\": $profile,"
    line "  \"outside_kernels\": $(quote "$(grep 'outside kernels' "$logs/profile.log")"),"
    line "  \"sanitizer\": $sanitizer,"
    line "  \"bench_exit\": $bench$precisions,"
    line '  "bench": ['
    passes
    line '  ]'
    line '}'
} > "$result"
echo "$result"
[ "$tests" -eq 0 ] && [ "$gradcheck" -eq 0 ] && [ "$bench" -eq 0 ]
