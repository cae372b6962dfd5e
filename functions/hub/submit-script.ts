import type { Deps } from './deps.ts';

/**
 * POSIX sh, curl, dd, sed, wc; tar and gzip for directories. Files above one PUT go in parts of dd | curl -T -, each with an
 * explicit Content-Length (S3 refuses a chunked body), and each is tried again; what has arrived is not sent twice.
 */
export const SUBMIT_SCRIPT = String.raw`#!/bin/sh
# Submits files of any size, and directories, to an investigation.
#   curl -fsS URL/submit.sh | sh -s -- --to URL/api/investigations/SLUG --token TOKEN FILE...
#   ... --resume 'RECEIPT' FILE     goes on with an upload that was cut off
# With --field NAME=VALUE (version, cluster, namespace, pod, container, comment) it says where they come from.
set -u
LC_ALL=C
export LC_ALL

to= token=${'${CASEBOOK_TOKEN:-}'} resume= fields=
fail() { printf 'submit.sh: %s\n' "$*" >&2; exit 1; }
usage() {
  printf 'usage: submit.sh --to URL/api/investigations/SLUG --token TOKEN [--field NAME=VALUE] [--resume RECEIPT] FILE...\n' >&2
  exit 2
}

# Percent-encodes all but letters, digits and -._~
encode() {
  printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g
    s/%2d/-/g; s/%2e/./g; s/%5f/_/g; s/%7e/~/g'
}

while [ $# -gt 0 ]; do
  case $1 in
    --to) [ $# -ge 2 ] || usage; to=${'${2%/}'}; shift 2 ;;
    --token) [ $# -ge 2 ] || usage; token=$2; shift 2 ;;
    --resume) [ $# -ge 2 ] || usage; resume=$2; shift 2 ;;
    --field)
      [ $# -ge 2 ] || usage
      case $2 in
        version=* | cluster=* | namespace=* | pod=* | container=* | comment=*) ;;
        *) usage ;;
      esac
      fields="$fields&${'${2%%=*}'}=$(encode "${'${2#*=}'}")"; shift 2 ;;
    --) shift; break ;;
    -*) usage ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] && [ -n "$to" ] || usage
[ -n "$token" ] || [ -n "$resume" ] || usage
command -v curl >/dev/null || fail 'curl is not installed'

work=$(mktemp -d "${'${TMPDIR:-/tmp}'}/casebook.XXXXXX") || fail 'no temporary directory'
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 700 "$work"

# Secrets go to curl through a file: arguments are seen by everybody on the machine.
bearer() { printf 'header = "Authorization: Bearer %s"\n' "$1" >"$work/auth"; }

# call METHOD URL [JSON]: the body in $work/answer, the headers in $work/headers; 4 when trying again is no use.
call() {
  method=$1 address=$2
  if [ $# -gt 2 ]; then set -- -H 'Content-Type: application/json' --data "$3"; else set --; fi
  : >"$work/headers"
  code=$(curl -sS -K "$work/auth" -X "$method" -H 'Accept: application/json' "$@" \
    -D "$work/headers" -o "$work/answer" -w '%{http_code}' "$address") || return 1
  case $code in 2*) return 0 ;; 429 | 5*) return 1 ;; *) return 4 ;; esac
}

# number NAME: a number in the last answer.
number() { sed -n 's/.*"'"$1"'":\([0-9][0-9]*\).*/\1/p' "$work/answer" | head -n 1; }
url() { sed -n 's/.*"url":"\([^"]*\)"}.*/\1/p' "$work/answer" | head -n 1; }

# again COMMAND...: up to six times, with longer and longer waits.
again() {
  wait=1
  for try in 1 2 3 4 5 6; do
    "$@" && return 0
    [ $? -eq 4 ] && return 4
    [ "$try" -eq 6 ] && return 1
    sleep "$wait"
    wait=$((wait * 2))
  done
}

# The body in one request, straight from the file.
put_whole() { curl -fsS -o "$work/put" -T "$2" "$1"; }

# put_part URL FILE FIRST_MIB MIBS BYTES
put_part() {
  dd if="$2" bs=1048576 skip="$3" count="$4" 2>/dev/null |
    curl -fsS -o /dev/null -X PUT -H 'Transfer-Encoding:' -H "Content-Length: $5" -H 'Expect:' -T - "$1"
}

send_part() {
  call POST "$receipts/parts" "{\"partNumbers\":[$1]}" || return $?
  part_url=$(url)
  [ -n "$part_url" ] || return 1
  put_part "$part_url" "$2" "$3" "$4" "$5"
}

# send FILE NAME
send() {
  file=$1 name=$2
  size=$(wc -c <"$file" | tr -d ' ')
  if [ -n "$resume" ]; then
    receipt=$resume
  else
    bearer "$token"
    call POST "$to/evidence?name=$(encode "$name")&size=$size$fields" || fail "$name: $(cat "$work/answer" 2>/dev/null)"
    receipt=$(sed -n 's/^[Cc]asebook-[Rr]eceipt: *//p' "$work/headers" | tr -d '\r' | tail -n 1)
    [ -n "$receipt" ] || fail "$name: the answer has no receipt; is $to right?"
    printf '%s: receipt %s\n' "$name" "$receipt" >&2
  fi
  key=${'${receipt#*#}'}
  slug=${'${key%%.*}'} rest=${'${key#*.}'}
  id=${'${rest%%.*}'} secret=${'${rest#*.}'}
  receipts=${'${to%/api/investigations/*}'}/api/receipts/$slug/$id
  bearer "$secret"
  again call GET "$receipts/upload" || fail "$name: $(cat "$work/answer" 2>/dev/null)"
  part_bytes=$(number partBytes)
  if [ -z "$part_bytes" ]; then
    again put_whole "$(url)" "$file" || fail "$name: the upload failed; go on with --resume '$receipt'"
  else
    send_parts
  fi
  printf '%s: received, analysis follows. Follow or delete it: %s\n' "$name" "$receipt"
}

send_parts() {
  count=$(number partCount)
  tr '{' '\n' <"$work/answer" | sed -n 's/.*"partNumber":\([0-9]*\).*/\1/p' >"$work/arrived"
  mibs=$((part_bytes / 1048576))
  part=1
  while [ "$part" -le "$count" ]; do
    if ! grep -qx "$part" "$work/arrived"; then
      bytes=$part_bytes
      [ "$part" -lt "$count" ] || bytes=$((size - (count - 1) * part_bytes))
      again send_part "$part" "$file" $(((part - 1) * mibs)) "$mibs" "$bytes" ||
        fail "$name: part $part of $count failed; go on with --resume '$receipt'"
      printf '%s: part %s of %s\n' "$name" "$part" "$count" >&2
    fi
    part=$((part + 1))
  done
  again call POST "$receipts/complete" '{}' || fail "$name: $(cat "$work/answer" 2>/dev/null)"
}

for path in "$@"; do
  base=$(basename "$path")
  if [ -d "$path" ]; then
    tar -cf - -C "$(dirname "$path")" "$base" | gzip >"$work/directory.tar.gz" || fail "$path: cannot be packed"
    send "$work/directory.tar.gz" "$base.tar.gz"
    rm -f "$work/directory.tar.gz"
  elif [ -r "$path" ]; then
    send "$path" "$base"
  else
    fail "$path: no such file"
  fi
done
`;

/** Beside the pages, so that it is there when the API sleeps; under an hour of cache, since it changes with the product. */
export async function putSubmitScript(deps: Pick<Deps, 'site'>): Promise<void> {
  await deps.site.put('submit.sh', SUBMIT_SCRIPT, {
    contentType: 'text/x-shellscript; charset=utf-8',
    cacheControl: 'public, max-age=300',
  });
}
