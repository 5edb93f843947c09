#!/bin/sh
# Checks and times a device; lies in the folder that publish.sh makes. Writes one JSON file, and the logs beside it.
# Usage: ./check.sh [RESULT.json] [option VALUE]...
#   --device NAME       what to check: cuda if left out
#   --stage NAME        check: tests, gradcheck, ladders. sanitize: compute-sanitizer. bench: profile, bench, PyTorch. all: one after the other, if left out
#   --precisions LIST   what to bench: "fp32 tf32 bf16" on cuda, fp32 elsewhere
#   --only LIST         only cases of the bench whose name contains one of these words
#   --peer FILE         torch_peer.py, with cases.json beside it: times PyTorch on the same cases and writes the ratios
#   --python NAME       the Python that has PyTorch: python3 if left out
#   --limit SECONDS     for one section: 300 if left out
#   --total SECONDS     for each stage: 540 if left out
# A section that takes longer is stopped and exits with 124; one for which no time is left does not run and exits with 125.
# Both count as failed. The exit status is 0 where no section failed.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 1
result=$PWD/result.json
device=cuda stages=all precisions='' only='' peer='' python=python3 limit=300 total=540
while [ $# -gt 0 ]; do
    case $1 in
        --*) [ $# -ge 2 ] || { echo "$1 needs a value" >&2; exit 2; } ;;
    esac
    case $1 in
        --device) device=$2; shift 2 ;;
        --stage) stages=$2; shift 2 ;;
        --precisions) precisions=$2; shift 2 ;;
        --only) only=$2; shift 2 ;;
        --peer) peer=$2; shift 2 ;;
        --python) python=$2; shift 2 ;;
        --limit) limit=$2; shift 2 ;;
        --total) total=$2; shift 2 ;;
        --*) echo "there is no option $1" >&2; exit 2 ;;
        /*) result=$1; shift ;;
        *) result=$PWD/$1; shift ;;
    esac
done
case $stages in
    all) stages='check sanitize bench' ;;
    check | sanitize | bench) ;;
    *) echo "there is no stage $stages" >&2; exit 2 ;;
esac
case $peer in
    '' | /*) ;;
    *) peer=$PWD/$peer ;;
esac
case $device in
    cuda*) : "${precisions:=fp32 tf32 bf16}" ;;
    *) : "${precisions:=fp32}" ;;
esac
cd "$here" || exit 1
unset DOTNET_ROOT
PATH=$PATH:/usr/local/cuda/bin
logs=logs
rm -rf "$logs"
mkdir -p "$logs"
sections='' failed='' sanitizer='not asked for' torch='not asked for'

# A text as a JSON string.
quote() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\010\013-\037' | sed 's/\\/\\\\/g; s/"/\\"/g; s/\t/ /g' | awk '{ printf "%s%s", separator, $0; separator = "\\n" }')"; }

# A line as it is: the echo of some shells turns \n into a new line.
line() { printf '%s\n' "$1"; }

# Notes a section's outcome: name, exit status, seconds.
note() {
    sections="$sections${sections:+,
}    $(quote "$1"): { \"exit\": $2, \"seconds\": $3 }"
    [ "$2" -eq 0 ] || failed="$failed${failed:+ }$1"
    echo "$1: exit $2, $3 s"
}

# Runs a section with its output in a log. It is interrupted at the limit, and killed where that does not help.
run() {
    name=$1
    shift
    begin=$(date +%s)
    left=$((deadline - begin))
    [ "$left" -lt "$limit" ] || left=$limit
    if [ "$left" -lt 5 ]; then
        note "$name" 125 0
        return 125
    fi
    timeout --kill-after=20 "$left" "$@" > "$logs/$name.log" 2> "$logs/$name.err"
    status=$?
    note "$name" "$status" "$(($(date +%s) - begin))"
    return "$status"
}

# A number that stands behind a word in the summary of the tests, or 0.
counted() { grep -si "^ *$1: *[0-9]" "$logs/tests.log" | tail -1 | tr -dc 0-9 | grep . || echo 0; }

# The rows of a bench: a JSON object a line, the last of which may be torn.
rows() { cat "$@" 2> /dev/null | grep '^{.*}$'; }

# Lines as the elements of a JSON list.
list() { sed '$!s/$/,/; s/^/    /'; }

# The rows of two logs beside each other: what is compared, who the other is, our log, the logs of the other, of which the faster counts. Above 1 we are faster.
beside() {
    what=$1 other=$2 ours=$3
    shift 3
    { rows "$ours" | sed 's/^/ours /'; rows "$@" | sed 's/^/other /'; } | awk -v what="$what" -v other="$other" '
        function field(name) { match($0, "\"" name "\": *\"[^\"]*\""); text = substr($0, RSTART, RLENGTH); sub(/: */, ": ", text); return text }
        function number(name) { match($0, "\"" name "\": *[-+.0-9eE]+"); text = substr($0, RSTART, RLENGTH); sub(/.*: */, "", text); return text + 0 }
        { key = field("case") ", " field("pass"); seconds = number("seconds") }
        $1 == "ours" { order[++count] = key; ours[key] = seconds }
        $1 == "other" && (!(key in others) || seconds < others[key]) { others[key] = seconds }
        END {
            for (i = 1; i <= count; i++) {
                key = order[i]
                if (key in others && ours[key] > 0)
                    printf "{ \"run\": \"%s\", %s, \"seconds\": %.9f, \"%s_seconds\": %.9f, \"ratio\": %.3f }\n", what, key, ours[key], other, others[key], others[key] / ours[key]
            }
        }' >> "$logs/ratios"
}

# Benches a precision, once as the cases are and once the networks with batches eight times as large, beside PyTorch where it is there.
bench() {
    precision=$1
    for scale in 1 8; do
        tag=$precision
        words=$only
        if [ "$scale" -ne 1 ]; then
            tag=$precision-x$scale
            [ -n "$cases" ] && [ -z "$only" ] || continue
            words='unet64 deeplabv3plus'
        fi
        run "bench-$tag" ./seg bench --device "$device" --precision "$precision" --batch-scale "$scale" ${cases:+--cases "$cases"} ${words:+--only $words}
        [ "$torch" = used ] || continue
        for format in '' --channels-last; do
            run "pytorch-$tag$format" "$python" "$peer" --device "$torchdevice" --precision "$precision" --batch-scale "$scale" ${format:+$format} ${words:+--only $words}
        done
        beside "$tag" pytorch "$logs/bench-$tag.log" "$logs/pytorch-$tag.log" "$logs/pytorch-$tag--channels-last.log"
    done
}

deadline=$(($(date +%s) + total))
run devices ./seg devices
for stage in $stages; do
    deadline=$(($(date +%s) + total))
    case $stage in
        check)
            run gradcheck ./seg gradcheck --device "$device"
            for name in convolution depthwise matrix-product batch-normalization concatenation softmax cross-entropy dropout; do
                run "lab-$name" ./seg lab "$name" --device "$device"
            done
            # The name stands in quotation marks: a parenthesis, escaped or not, is more than the filter of NUnit's runner can read.
            run tests ./SegFromScratch.Tests --filter "FullyQualifiedName~\"$device\"|FullyQualifiedName~Tests_of_operations_run_on" --progress off --no-ansi
            ;;
        sanitize)
            sanitizer=absent
            if command -v compute-sanitizer > /dev/null; then
                sanitizer='ran over gradcheck'
                run memcheck compute-sanitizer --tool memcheck --error-exitcode 9 ./seg gradcheck --device "$device"
                run racecheck compute-sanitizer --tool racecheck --error-exitcode 9 ./seg gradcheck --device "$device"
            fi
            ;;
        bench)
            cases=''
            if [ -n "$peer" ]; then
                cases=$(dirname "$peer")/cases.json
                torch='asked for, and not there'
                if run pytorch "$python" -c 'import torch; print(torch.__version__, "cuda" if torch.cuda.is_available() else "cpu")'; then
                    torch=used
                    torchdevice=$(awk '{ print $2 }' "$logs/pytorch.log")
                fi
            fi
            run profile ./seg profile --device "$device" --base-filters 64 --batch 1 --size 256x128 --steps 3
            for each in $precisions; do
                bench "$each"
            done
            if [ "$device" = cuda ] && ./seg devices 2> /dev/null | grep -q 'opencl .*NVIDIA.*usable'; then
                run bench-opencl ./seg bench --device opencl ${cases:+--cases "$cases"} ${only:+--only $only}
                beside fp32 opencl "$logs/bench-fp32.log" "$logs/bench-opencl.log"
            fi
            ;;
    esac
done

{
    line '{'
    line "  \"time\": $(quote "$(date -u +%FT%TZ)"),"
    line "  \"machine\": $(quote "$(uname -srm), $(nproc) processors"),"
    line "  \"gpu\": $(quote "$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo none)"),"
    line "  \"device\": $(quote "$device"),"
    line "  \"devices\": $(quote "$(cat "$logs/devices.log")"),"
    line "  \"stages\": $(quote "$stages"),"
    line '  "sections": {'
    line "$sections"
    line '  },'
    line "  \"failed\": $(quote "$failed"),"
    line "  \"tests\": { \"total\": $(counted total), \"succeeded\": $(counted succeeded), \"failed\": $(counted failed), \"skipped\": $(counted skipped) },"
    line "  \"sanitizer\": $(quote "$sanitizer"),"
    line "  \"pytorch\": $(quote "$torch"),"
    line "  \"outside_kernels\": $(quote "$(grep -s 'outside kernels' "$logs/profile.log")"),"
    line '  "ladders": ['
    cat "$logs"/lab-*.log 2> /dev/null | while IFS= read -r text; do quote "$text"; echo; done | list
    line '  ],'
    line '  "bench": ['
    rows "$logs"/bench-*.log | list
    line '  ],'
    line '  "pytorch_bench": ['
    rows "$logs"/pytorch-*.log | list
    line '  ],'
    line '  "ratios": ['
    cat "$logs/ratios" 2> /dev/null | list
    line '  ]'
    line '}'
} > "$result"
echo "$result"
[ -z "$failed" ] || { echo "failed: $failed" >&2; exit 1; }
