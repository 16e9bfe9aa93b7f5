import { bash } from '../shell/bash.ts'

/** Upper bound of what precedes a value: the record's head and the object's key. */
const headBytes = 700

/**
 * Functions for scripts that read etcd's files, so that nothing but what is wanted leaves the machine: beside an object there are
 * others in the file, Secrets too, and in free space what was deleted long ago.
 *
 * `bytes_at FILE OFFSET COUNT` sets `bytes`, in decimal. `varint` reads a number of protobuf at `i`, sets `value` and moves `i` behind
 * it. `record_at FILE OFFSET KEY_LENGTH` reads the head of an mvccpb.KeyValue (key-value.ts) with a key of that length, sets `revision`,
 * and `length`, that of the whole record. `head_before FILE OFFSET` looks for one whose value begins there, and sets `revision`, and
 * `key_at` and `key_length` for its key in the file. They fail where there is none.
 */
export const recordFunctions = bash`
bytes_at() { read -r -d '' -a bytes < <(od -An -v -tu1 -j "$2" -N "$3" "$1" | tr '\n' ' ') || true; }
varint() {
  local byte shift=0
  value=0
  while [ "$shift" -lt 64 ]; do
    byte=\${bytes[i]-}
    if [ -z "$byte" ]; then return 1; fi
    i=$((i + 1)) value=$((value | (byte & 127) << shift)) shift=$((shift + 7))
    if [ "$byte" -lt 128 ]; then return 0; fi
  done
  return 1
}
field() {
  if [ "\${bytes[i]-}" != "$1" ]; then return 1; fi
  i=$((i + 1))
  varint
}
record_at() {
  bytes_at "$1" "$2" $(($3 + 48))
  i=0
  if ! field 10 || [ "$value" != "$3" ]; then return 1; fi
  i=$((i + $3))
  if ! field 16 || ! field 24; then return 1; fi
  revision=$value
  if ! field 32 || ! field 42 || [ "$value" -le 0 ]; then return 1; fi
  length=$((i + value))
}
head_before() {
  local from=$(($2 > ${headBytes} ? $2 - ${headBytes} : 0)) start
  bytes_at "$1" "$from" $(($2 - from))
  for ((start = \${#bytes[@]} - 1; start >= 0; start--)); do
    i=$start
    if ! field 10; then continue; fi
    key_at=$((from + i)) key_length=$value i=$((i + value))
    if ! field 16 || ! field 24; then continue; fi
    revision=$value
    if field 32 && field 42 && [ "$i" = "\${#bytes[@]}" ]; then return 0; fi
  done
  return 1
}
`
