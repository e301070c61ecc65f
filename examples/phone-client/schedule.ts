import { ApiError, NoAnswer, UnexpectedAnswer, type Client, type Schemas } from 'clubkeys/client'

// What a phone shows of a club: the next practices, also in a tunnel. The key is this person's own, handed to
// this phone after they signed in, and kept in its keychain. A key in the app's code would be everybody's.

type Practice = Schemas['Practice']

/** As phones have it: AsyncStorage, or anything like it. */
export type Storage = {
  getItem: (name: string) => Promise<string | null>
  setItem: (name: string, value: string) => Promise<unknown>
}

/** `fresh`, or why what is shown may be old: nobody answers, everybody asks, or the key has ended. */
export type Schedule = { practices: Practice[]; state: 'fresh' | 'offline' | 'busy' | 'signed-out' }

const KEPT = 'schedule'
const SHOWN = 20

export async function readSchedule(
  client: Client,
  storage: Storage,
  signal?: AbortSignal,
): Promise<Schedule> {
  try {
    const practices: Practice[] = []
    const from = new Date().toISOString()
    for await (const one of client.rows('/api/v1/practices', { from }, signal && { signal })) {
      practices.push(one)
      if (practices.length === SHOWN) break
    }
    await storage.setItem(KEPT, JSON.stringify(practices))
    return { practices, state: 'fresh' }
  } catch (error) {
    const state = whyNot(error)
    const kept = state === 'signed-out' ? null : await storage.getItem(KEPT)
    return { practices: JSON.parse(kept ?? '[]') as Practice[], state }
  }
}

/** @throws what is a mistake in the app, or its own cancellation */
function whyNot(error: unknown): Schedule['state'] {
  if (error instanceof NoAnswer || error instanceof UnexpectedAnswer) return 'offline'
  if (!(error instanceof ApiError)) throw error
  switch (error.problem.code) {
    case 'invalid_token':
      return 'signed-out'
    case 'rate_limited':
    case 'unavailable':
      return 'busy'
    default:
      throw error
  }
}
