import { createClient } from 'clubkeys/client'
import { readSchedule, type Storage } from './schedule'

// Shows the schedule at a terminal: `node --import tsx examples/phone-client/run.ts`.

const { CLUBKEYS_URL = 'http://localhost:3000', CLUBKEYS_KEY = '' } = process.env

const WHY = {
  offline: `Nobody answers at ${CLUBKEYS_URL}. Is the app running there? CLUBKEYS_URL says where.`,
  busy: 'The key has no calls left, or the API is away for a moment. Try again in a minute.',
  'signed-out': 'The key is not good: it has ended, or it belongs to another installation.',
}

void main()

async function main(): Promise<void> {
  if (!CLUBKEYS_KEY) return fail('CLUBKEYS_KEY is empty: export the key first.')
  const client = createClient({ baseUrl: CLUBKEYS_URL, key: CLUBKEYS_KEY, retries: 1 })
  const { practices, state } = await readSchedule(client, memory())
  if (state !== 'fresh') return fail(WHY[state])
  for (const { startsAt, title } of practices) console.log(startsAt, title)
  if (practices.length === 0) console.log('No practices are planned.')
}

function fail(why: string): void {
  console.error(why)
  process.exitCode = 1
}

/** Stands in for a phone's storage, until the program ends. */
function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: async (name) => kept.get(name) ?? null,
    setItem: async (name, value) => kept.set(name, value),
  }
}
