import '@/keys'
import { operatorActor } from '@/lib/auth/actor'
import { revokeApiKey } from '@/lib/auth/api-key'
import { clubIdOfKey, keyId } from '../support/keys'
import { answerCalls } from '../support/worker'

/**
 * Revokes the i-th key as the product does. @returns when the commit was acknowledged, by the clock that all
 * processes of a machine share (ns)
 */
async function revoke({ i }: { i: number }): Promise<string> {
  await revokeApiKey(operatorActor(clubIdOfKey(i), null, 'bench'), { id: keyId(i) })
  return String(process.hrtime.bigint())
}

const handlers = { revoke }
export type Revoker = typeof handlers
answerCalls(handlers)
