const INTERCEPTED = ['(.)', '(..)', '(...)', '(..)(..)']
const PARAM_KINDS = new Set(['c', 'oc', 'd', ...INTERCEPTED.flatMap((at) => [`ci${at}`, `di${at}`])])
const MARKERS = new Set<unknown>(['refetch', 'inside-shared-layout', 'metadata-only'])
/** Layouts nest, ours six deep. */
const MAX_DEPTH = 64

/**
 * Whether the header `Next-Router-State-Tree` is one that the framework can read: it answers any other with a
 * 500. If a later version takes more than this, its client only loads the page anew.
 */
export function isRouterState(header: string): boolean {
  try {
    return isTree(JSON.parse(decodeURIComponent(header)), 0)
  } catch {
    return false
  }
}

/** `[segment, { slot: tree }, [path, search]?, marker?, hints?, stage?]` */
function isTree(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 6 || depth > MAX_DEPTH) return false
  const [segment, slots, address, marker, hints, last] = value as unknown[]
  return (
    isSegment(segment) &&
    isObject(slots) &&
    Object.values(slots).every((slot) => isTree(slot, depth + 1)) &&
    (isAbsent(address) || isTexts(address, 2)) &&
    (isAbsent(marker) || MARKERS.has(marker)) &&
    (isAbsent(hints) || typeof hints === 'number') &&
    (last === undefined || isText(last))
  )
}

function isSegment(value: unknown): boolean {
  if (isText(value)) return true
  if (!Array.isArray(value) || value.length !== 4) return false
  const [name, key, kind, siblings] = value as unknown[]
  return (
    isText(name) && isText(key) && PARAM_KINDS.has(kind as string) && (siblings === null || isTexts(siblings))
  )
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown, length?: number): boolean =>
  Array.isArray(value) && value.every(isText) && (length === undefined || value.length === length)
const isAbsent = (value: unknown): boolean => value === undefined || value === null
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
