import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { sourceOf } from '@/lib/auth/slow-hashes/bcrypt'
import { oldToken, sha256 } from '../../__tests__/support/importing'
import type { Club, Site } from './site'

/** Some clients of an old system on their way here. */
export type Load = {
  tokens: string[]
  /** In hex, what the layer keeps of each. */
  digests: Set<string>
  /** The commands that one after the other bring them in. */
  steps: { args: string[]; stdin?: string }[]
  /** The old table, for those that have one. */
  table?: string
}

export type Kind = (site: Site, club: Club, rows: number, folder: string) => Promise<Load>

const hex = (digest: Buffer) => digest.toString('hex')
const made = (rows: number) => Array.from({ length: rows }, oldToken)
const importing = ({ slug }: Club, kind: string, ...more: string[]) => ['import', '--json', '--club', slug, '--kind', kind, '--prefix', 'acme_', '--scope', 'practices:read', ...more] // prettier-ignore

function write(folder: string, content: string | Buffer): string {
  const file = path.join(folder, `load-${randomBytes(4).toString('hex')}`)
  writeFileSync(file, content)
  return file
}

const csv = (tokens: readonly string[], { owner }: Club) =>
  `token,owner\n${tokens.map((token) => `${token},${owner}\n`).join('')}`

const plaintext: Kind = async (_, club, rows, folder) => {
  const tokens = made(rows)
  const args = importing(club, 'plaintext', write(folder, csv(tokens, club)))
  return { tokens, digests: new Set(tokens.map((token) => hex(sha256(token)))), steps: [{ args }] }
}

const piped: Kind = async (_, club, rows) => {
  const tokens = made(rows)
  const step = { args: importing(club, 'plaintext', '-'), stdin: csv(tokens, club) }
  return { tokens, digests: new Set(tokens.map((token) => hex(sha256(token)))), steps: [step] }
}

const digests: Kind = async (_, club, rows, folder) => {
  const tokens = made(rows)
  const lines = tokens.map((token) => JSON.stringify({ digest: sha256(token).toString('base64url'), owner: club.owner })) // prettier-ignore
  const args = importing(club, 'sha256', '--min-bits', '192', write(folder, gzipSync(lines.join('\n'))))
  return { tokens, digests: new Set(tokens.map((token) => hex(sha256(token)))), steps: [{ args }] }
}

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** By its looks: to compute thousands takes longer than to import them, and nobody verifies them here. */
const bcryptShaped = (token: string) =>
  `$2b$12$${[...createHash('sha512').update(token).digest()].map((byte) => BCRYPT_ALPHABET[byte % 64]).join('').slice(0, 53)}` // prettier-ignore

const bcrypt: Kind = async (_, club, rows, folder) => {
  const tokens = made(rows)
  const lines = tokens.map((token) => `${bcryptShaped(token)},${token.slice(0, 12)},${club.owner}`)
  const file = write(folder, `digest,lookup,owner\n${lines.join('\n')}\n`)
  const args = importing(club, 'bcrypt', '--min-bits', '192', file)
  const kept = new Set(tokens.map((token) => hex(sourceOf(bcryptShaped(token)))))
  return { tokens, digests: kept, steps: [{ args }] }
}

/** @param ways what each step says beside the table's name */
const adopting =
  (...ways: string[][]): Kind =>
  async (site, club, rows) => {
    const tokens = made(rows)
    const table = `clients_${randomBytes(4).toString('hex')}`
    await site.ask(`CREATE TABLE ${table} (id serial PRIMARY KEY, api_key text UNIQUE, owner text)`)
    const before = Buffer.from(tokens.join('\n')).toString('base64')
    // Not in plain: the statement stands in the server's log.
    await site.ask(`INSERT INTO ${table} (api_key, owner) SELECT unnest(string_to_array(convert_from(decode($1, 'base64'), 'UTF8'), E'\\n')), $2`, [before, club.owner]) // prettier-ignore
    const args = ['adopt', '--json', '--club', club.slug, '--table', table, '--token-column', 'api_key', '--owner-column', 'owner', '--scope', 'practices:read'] // prettier-ignore
    const kept = new Set(tokens.map((token) => hex(sha256(token))))
    return { tokens, digests: kept, table, steps: ways.map((way) => ({ args: [...args, ...way] })) }
  }

export const KINDS: Record<string, Kind> = {
  'import of tokens in plaintext': plaintext,
  'the same through a pipe': piped,
  'import of SHA-256': digests,
  'import of bcrypt hashes': bcrypt,
  adopt: adopting([]),
  'adopt, the column kept and cleared later': adopting(['--keep-plaintext'], ['--finish']),
}
