#!/bin/sh
# Checks and times the cuda device; lies in the folder that publish.sh makes. Writes one JSON file, and the logs beside it.
# Usage: ./check.sh [RESULT.json] [--device NAME]
set -u
cd "$(dirname "$0")" || exit 1
result=result.json
device=cuda
while [ $# -gt 0 ]; do
    case $1 in
        --device) device=$2; shift 2 ;;
        *) result=$1; shift ;;
    esac
done
unset DOTNET_ROOT
logs=logs
mkdir -p "$logs"

# A text as a JSON string.
quote() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\010\013-\037' | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ printf "%s%s", separator, $0; separator = "\\n" }')"; }

# A command's exit status, with its output in a log.
run() { name=$1; shift; "$@" > "$logs/$name.log" 2>&1; echo $?; }

# A number that stands behind a word in the summary of the tests.
counted() { grep -i "^ *$1: *[0-9]" "$logs/tests.log" | tail -1 | tr -dc 0-9; }

devices=$(./seg devices 2>&1)
tests=$(run tests ./SegFromScratch.Tests --filter "FullyQualifiedName~(\"$device\"|FullyQualifiedName~.Tests_of_operations_run_on" --no-progress --no-ansi)
gradcheck=$(run gradcheck ./seg gradcheck --device "$device")
bench=$(run bench ./seg bench --device "$device")
ladder=$(run ladder ./seg lab convolution --device "$device")
profile=$(run profile ./seg profile --device "$device" --steps 5)
precisions=
for precision in tf32 bf16; do
    status=$(run "bench-$precision" ./seg bench --device "$device" --precision "$precision")
    precisions="$precisions, \"bench_${precision}_exit\": $status"
done
sanitizer='"not installed"'
if command -v compute-sanitizer > /dev/null; then
    memory=$(run memcheck compute-sanitizer --tool memcheck --error-exitcode 9 ./seg gradcheck --device "$device")
    races=$(run racecheck compute-sanitizer --tool racecheck --error-exitcode 9 ./seg gradcheck --device "$device")
    sanitizer="{ \"memcheck_exit\": $memory, \"racecheck_exit\": $races }"
fi

{
    echo '{'
    echo "  \"time\": $(quote "$(date -u +%FT%TZ)"),"
    echo "  \"machine\": $(quote "$(uname -srm)"),"
    echo "  \"gpu\": $(quote "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo none)"),"
    echo "  \"device\": $(quote "$device"),"
    echo "  \"devices\": $(quote "$devices"),"
    echo "  \"tests\": { \"exit\": $tests, \"total\": $(counted total | grep . || echo 0), \"succeeded\": $(counted succeeded | grep . || echo 0), \"failed\": $(counted failed | grep . || echo 0), \"skipped\": $(counted skipped | grep . || echo 0) },"
    echo "  \"gradcheck_exit\": $gradcheck,"
    echo "  \"ladder_exit\": $ladder,"
    echo "  \"profile_exit\": $profile,"
    echo "  \"outside_kernels\": $(quote "$(grep 'outside kernels' "$logs/profile.log")"),"
    echo "  \"sanitizer\": $sanitizer,"
    echo "  \"bench_exit\": $bench$precisions,"
    echo '  "bench": ['
    cat "$logs"/bench*.log | grep '^{' | sed '$!s/$/,/; s/^/    /'
    echo '  ]'
    echo '}'
} > "$result"
echo "$result"
[ "$tests" -eq 0 ] && [ "$gradcheck" -eq 0 ] && [ "$bench" -eq 0 ]
