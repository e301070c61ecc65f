import { shown } from '@/contracts/unseen'
import { isOneToken } from '../auth/token'
import { redact } from '../redact'

/** A token that somebody found, and what they say of where. Nothing in it is checked. */
export type Leak = { token: string; url?: string | undefined; source?: string | undefined }

export type LeakPlace = { url: string | null; source: string | null }

const URL_LENGTH = 500
const SOURCE_LENGTH = 60
/** A shorter text is nobody's secret, and may be a word of an address. */
const SHORTEST_TOKEN = 8

/**
 * What a stranger says of a leak, as it is kept and shown: one line of bounded length without characters that
 * hide or mislead, and without a token, since the address of a find may hold the very one (G1). A report is
 * never refused for it: then a key would live on for the sake of a bad address.
 * @param tokens all of the report
 */
export function saidOf({ url, source }: Leak, tokens: readonly string[]): LeakPlace {
  const found = [...new Set(tokens)].filter((one) => one.length >= SHORTEST_TOKEN && isOneToken(one))
  // The longest first: of a token whose beginning is reported, too, the rest would stay.
  const secrets = found.toSorted((one, other) => other.length - one.length)
  return { url: seemly(url, secrets, URL_LENGTH), source: seemly(source, secrets, SOURCE_LENGTH) }
}

function seemly(text: string | undefined, secrets: readonly string[], length: number): string | null {
  if (!text) return null
  // No token holds an asterisk: what takes the place of one cannot be another.
  const without = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), redact(decoded(text)))
  const line = redact(shown(without.toWellFormed().trim()))
  // By code points, so that none is cut in two.
  return [...line].slice(0, length).join('') || null
}

/** In an address a token's characters may be percent-encoded, even twice. */
const ENCODED = /%(?:25)*([2-7][0-9a-f])/gi
const decoded = (text: string): string =>
  text.replace(ENCODED, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
