import '../../src/keys'
import { closeDb } from '../../src/lib/db/client'
import { flushUses, recordScopeUse, recordUse } from '../../src/lib/usage/record'

/**
 * A process of its own that notes uses of keys, in the order in which it is told them, and writes them.
 * Prints how many flushes did not get through.
 */
const { ids, rounds } = JSON.parse(process.argv[2] ?? '{}') as { ids: string[]; rounds: number }
const shared = globalThis as typeof globalThis & { clubkeysRecorder?: { unsure: unknown } }
let failures = 0
for (let round = 0; round < rounds; round++) {
  for (const id of ids) {
    recordUse(id)
    recordScopeUse(id, 'practices:read')
  }
  await flushUses()
  if (shared.clubkeysRecorder?.unsure) failures++
}
await flushUses()
await closeDb()
process.stdout.write(JSON.stringify({ failures }))
