#!/bin/sh
# The engine of the test printer: a document of two pages. What happens stands in the file "how".
count() { echo "ATTR: job-impressions-completed=$1" >&2; }
case "$(cat "$ENGINE_FOLDER/how")" in
ok)
    sleep 0.2
    count 2
    ;;
empty)
    echo "STATE: +media-empty-error,media-needed" >&2
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -e "$ENGINE_FOLDER/paper" ] && break
        sleep 0.1
    done
    echo "STATE: -media-empty-error,media-needed" >&2
    [ -e "$ENGINE_FOLDER/paper" ] || exit 1
    count 2
    ;;
jam)
    echo "ERROR: paper jam" >&2
    exit 1
    ;;
jam_after_one)
    count 1
    sleep 0.2
    echo "ERROR: paper jam" >&2
    exit 1
    ;;
long)
    sleep 3
    count 2
    ;;
esac
