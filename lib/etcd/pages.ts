import type { Node } from '../node.ts'
import { bash, runScript } from '../shell/bash.ts'
import { linesOf } from '../shell/script-output.ts'
import type { ReadPage } from './bbolt-reader.ts'
import { recordFunctions } from './record-functions.ts'

/**
 * Reads pages of a database file on a machine (bbolt-reader.ts). A line for each part that the reader needs: where it begins in the page,
 * and its bytes in decimal; last the size of the page and its continuation. Nothing where the page cannot be whole. Layout:
 * go.etcd.io/bbolt, internal/common/page.go.
 */
export function pagesOf(node: Node, database: string, signal: AbortSignal): ReadPage {
  return async ({ page, pageSize }, values) => {
    const wanted = typeof values === 'string' ? values : [...Buffer.from(values.of)].join(' ')
    const script = bash`
${recordFunctions}
values=${wanted} from=${page * pageSize} size=${pageSize}
u32() { value=$((bytes[$1] | bytes[$1 + 1] << 8 | bytes[$1 + 2] << 16 | bytes[$1 + 3] << 24)); }
part() { printf '%s:%s\n' "$1" "\${bytes[*]:$1:$2}"; }
bytes_at ${database} "$from" "$size"
if [ "\${#bytes[@]}" -lt 80 ]; then exit 0; fi
flags=\${bytes[8]} count=$((bytes[10] | bytes[11] << 8))
if [ $((flags & 3)) != 0 ]; then
  u32 12
  if [ "$value" -gt 0 ]; then
    size=$((size * (value + 1)))
    # What was written while it was read may say anything.
    if [ $((from + size)) -gt "$(stat -L -c %s ${database})" ]; then exit 0; fi
    bytes_at ${database} "$from" "$size"
  fi
  if [ $((16 + 16 * count)) -gt "$size" ]; then exit 0; fi
  part 0 $((16 + 16 * count))
else
  part 0 80
  count=0
fi
for ((element = 16; element < 16 + 16 * count; element += 16)); do
  # Of a branch: where the key is, its length, a page; of a leaf: flags, and then the same with the length of the value.
  place=$((flags & 1 ? element : element + 4))
  u32 "$place"
  key=$((element + value))
  u32 $((place + 4))
  length=$value
  part "$key" "$length"
  if [ $((flags & 1)) = 0 ] && { [ "$values" = all ] || [ "\${bytes[*]:$key:$length}" = "$values" ]; }; then
    u32 $((place + 8))
    part $((key + length)) "$value"
  fi
done
echo "$size"
`
    const { stdout } = await runScript(node, 'read pages of the etcd database', script, { signal })
    const lines = linesOf(stdout)
    const bytes = Buffer.alloc(Number(lines.pop() ?? 0))
    for (const line of lines) {
      const [at = '', part = ''] = line.split(':')
      if (part !== '') Buffer.from(part.split(' ').map(Number)).copy(bytes, Number(at))
    }
    return bytes
  }
}
