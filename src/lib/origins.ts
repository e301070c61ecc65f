/** More of them are no list that anybody reads. */
const MOST = 100

/**
 * Reads origins (RFC 6454 §6.2), each exactly as a browser sends it: `https://app.example.org`, with a port only
 * if it is not the usual one. Nothing stands for several of them.
 * @throws TypeError that says which one cannot be used, and why
 */
export function readOrigins(written: readonly string[]): readonly string[] {
  if (written.length > MOST) throw new TypeError(`names more than ${MOST} origins`)
  for (const [n, one] of written.entries()) {
    const fault = faultIn(one)
    if (fault) throw new TypeError(`number ${n + 1} ${fault}`)
  }
  return [...new Set(written)]
}

function faultIn(written: string): string | null {
  if (written.includes('*')) return 'has a *: name each origin, since any page could use a key that it finds'
  if (written === 'null') return 'is null, which any page can send'
  const origin = originOf(written)
  if (origin === null) return 'is no origin: write https://app.example.org'
  return origin === written
    ? null
    : 'is more than an origin, or not as browsers send it: write https://app.example.org'
}

/** As a browser sends it; null for a text that has none. */
export function originOf(written: string): string | null {
  if (!URL.canParse(written)) return null
  const { origin } = new URL(written)
  if (origin !== 'null') return origin
  // The URL standard knows no origin of `capacitor://localhost`; browsers do.
  return /^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/i.test(written) ? written : null
}
