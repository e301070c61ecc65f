import { z } from 'zod'

/** As RFC 5322 has them unquoted, in ASCII. */
const LOCAL = /^(?!\.)(?!.*\.\.)[a-z0-9_'+.-]*[a-z0-9_+-]$/
/** Two labels at least (RFC 1035 §2.3.1); the last is no number, or it would be an IPv4 address. */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/
/** Characters that would end the domain in a URL, or begin another part of it. */
const ENDS_DOMAIN = /[\s/\\?#:@%[\]]/

const LONGEST = 254

/**
 * The one form in which an address is stored and compared: in lower case, its domain as DNS knows it (UTS
 * #46: `Käse.example` is `xn--kse-qla.example`). Only ASCII is lowercased: `toLowerCase` makes a "k" of the
 * Kelvin sign, which would be somebody else's mailbox.
 * @returns null for what is no address
 */
export function canonicalEmail(text: string): string | null {
  const given = text.trim()
  const at = given.lastIndexOf('@')
  if (at < 1 || given.length > LONGEST) return null
  const local = given.slice(0, at).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const domain = asciiDomain(given.slice(at + 1))
  if (domain === null || !LOCAL.test(local)) return null
  const email = `${local}@${domain}`
  return email.length <= LONGEST ? email : null
}

function asciiDomain(given: string): string | null {
  if (ENDS_DOMAIN.test(given) || !URL.canParse(`http://${given}`)) return null
  const { hostname } = new URL(`http://${given}`)
  return hostname.length <= 253 && DOMAIN.test(hostname) ? hostname : null
}

/** An address as people type it, in the form in which it is kept. */
export const email = z
  .string()
  .max(LONGEST)
  .refine((text) => canonicalEmail(text) !== null, { error: 'must be an email address', abort: true })
  .overwrite((text) => canonicalEmail(text) ?? text)
  .meta({ format: 'idn-email' })
