// No `@/` here: jest's global setup and `npm test` do not map names.
import { checksum } from '../../src/lib/auth/token'

const SHAPE = /sk_[a-z0-9]{2,12}_[0-9A-Za-z]{49}/g

/** Every API key in a text, whoever minted it: nobody writes the checksum by chance. */
export function tokensIn(text: string): string[] {
  return (text.match(SHAPE) ?? []).filter((token) => checksum(token.slice(0, -6)) === token.slice(-6))
}

/**
 * G1, in every test that runs a server or has a database: what was minted meanwhile stands in neither. The
 * message keeps it so.
 */
export function assertNoTokens(where: string, text: string): void {
  const [first] = tokensIn(text)
  if (first) throw new Error(`G1: an API key stands in ${where}: ${JSON.stringify(around(text, first))}`)
}

function around(text: string, token: string): string {
  const at = text.indexOf(token)
  return `${text.slice(Math.max(0, at - 80), at)}[the key]${text.slice(at + token.length, at + token.length + 40)}`
}
