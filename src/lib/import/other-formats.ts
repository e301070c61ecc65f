/** How many bytes tell what a file is. */
export const LONGEST_MARK = 8

const UTF_16 = 'is UTF-16; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)'
const COMPRESSED = 'is compressed, and not by gzip; unpack it first'
const MARKS: readonly (readonly [string, string])[] = [
  ['fffe', UTF_16],
  ['feff', UTF_16],
  ['504b0304', 'is a zip archive or a spreadsheet; save it as CSV'],
  ['28b52ffd', COMPRESSED],
  ['fd377a585a00', COMPRESSED],
  // BZh91AY, and other sizes of a block.
  ...Array.from({ length: 9 }, (_, size) => [`425a683${size + 1}314159`, COMPRESSED] as const),
]

/** What a file is instead of UTF-8, by its first bytes, and what to do about it; null: nothing known. */
export function otherFormatOf(head: Uint8Array): string | null {
  const hex = Buffer.from(head).toString('hex')
  const marked = MARKS.find(([mark]) => hex.startsWith(mark))
  if (marked) return marked[1]
  // No mark, and every other byte of plain letters is zero.
  return head.length > 1 && (head[0] === 0) !== (head[1] === 0) ? UTF_16 : null
}
