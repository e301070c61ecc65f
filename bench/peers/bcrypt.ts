import { randomBytes } from 'node:crypto'
import bcrypt from 'bcrypt'
import type { Prepare } from '../support/subject'

const CLIENTS = Number(process.env.BENCH_BCRYPT_CLIENTS)
const COST = 10

/**
 * The scan of a design whose secrets carry no name to look up: compare with one client after the other, until
 * one fits. Only the client in the middle, the average one, is ever found; a comparison costs the same
 * whatever it says.
 */
export const prepare: Prepare = async () => {
  const secret = randomBytes(32).toString('base64url')
  const stranger = await bcrypt.hash(randomBytes(32).toString('base64url'), COST)
  const clients = new Array<string>(CLIENTS).fill(stranger)
  clients[CLIENTS / 2 - 1] = await bcrypt.hash(secret, COST)
  const verify = async (token: string) => {
    for (const hash of clients) if (await bcrypt.compare(token, hash)) return true
    return false
  }
  return { verify, tokens: [secret] }
}
