import type { TestRedis } from '../__tests__/support/redis'
import { passLimit } from './limits'
import type { App } from './stage/app'
import type { Postgres } from './stage/postgres'

export type Scene = { postgres: Postgres; redis: TestRedis; app: App }

/** Something that befalls the product or what it stands on, and its end. */
export type Fault = {
  strike: (scene: Scene) => Promise<void>
  lift: (scene: Scene) => Promise<void>
  /** Asked once while it lasts; what it finds wrong, in words. */
  meanwhile?: (scene: Scene) => Promise<string[]>
  /** Requests under way lose their connection. */
  cutsOff?: true
}

/** G10: without Redis the process counts by itself, and no less strictly. */
const limitsHold: Fault['meanwhile'] = async ({ app }) => {
  const counts = await passLimit(app.port, 20, 60)
  return counts['200'] === 20 && counts['429'] === 40
    ? []
    : [`a limit of 20 let pass: ${JSON.stringify(counts)}`]
}

export const FAULTS = {
  'Postgres stopped': { strike: ({ postgres }) => postgres.stop(), lift: ({ postgres }) => postgres.start() },
  'Postgres paused (SIGSTOP)': {
    strike: ({ postgres }) => postgres.pause(),
    lift: ({ postgres }) => postgres.resume(),
  },
  'Postgres killed (-9) and restarted': {
    strike: ({ postgres }) => postgres.kill(),
    lift: ({ postgres }) => postgres.start(),
  },
  'Postgres out of connections': {
    strike: ({ postgres }) => postgres.exhaust(),
    lift: ({ postgres }) => postgres.relent(),
  },
  'Postgres read-only': {
    strike: ({ postgres }) => postgres.setReadOnly(true),
    lift: ({ postgres }) => postgres.setReadOnly(false),
  },
  'Redis stopped': {
    // It closes the very connection that the command came by.
    strike: async ({ redis }) => void (await redis.send('SHUTDOWN', 'NOSAVE').catch(() => null)),
    lift: ({ redis }) => redis.start(),
    meanwhile: limitsHold,
  },
  'Redis paused (SIGSTOP)': {
    strike: async ({ redis }) => redis.pause(),
    lift: async ({ redis }) => redis.resume(),
    meanwhile: limitsHold,
  },
  // The waits for the two must not add up to more than a caller is promised.
  'Postgres and Redis paused (SIGSTOP)': {
    strike: async ({ postgres, redis }) => {
      redis.pause()
      await postgres.pause()
    },
    lift: async ({ postgres, redis }) => {
      await postgres.resume()
      redis.resume()
    },
  },
  'Redis killed (-9) and restarted': {
    strike: ({ redis }) => redis.kill(),
    lift: ({ redis }) => redis.start(),
  },
  'app killed (-9) and restarted': {
    strike: ({ app }) => app.kill(),
    lift: ({ app }) => app.restart(),
    cutsOff: true,
  },
} satisfies Record<string, Fault>
export type FaultName = keyof typeof FAULTS
