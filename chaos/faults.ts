import type { App } from './stage/app'
import type { Postgres } from './stage/postgres'

export type Scene = { postgres: Postgres; app: App }

/** Something that befalls the product or what it stands on, and its end. `cutsOff`: requests under way lose their connection. */
export type Fault = { strike: (scene: Scene) => Promise<void>; lift: (scene: Scene) => Promise<void>; cutsOff?: true }

export const FAULTS = {
  'Postgres stopped': { strike: ({ postgres }) => postgres.stop(), lift: ({ postgres }) => postgres.start() },
  'Postgres paused (SIGSTOP)': { strike: ({ postgres }) => postgres.pause(), lift: ({ postgres }) => postgres.resume() },
  'Postgres killed (-9) and restarted': { strike: ({ postgres }) => postgres.kill(), lift: ({ postgres }) => postgres.start() },
  'Postgres out of connections': { strike: ({ postgres }) => postgres.exhaust(), lift: ({ postgres }) => postgres.relent() },
  'Postgres read-only': {
    strike: ({ postgres }) => postgres.setReadOnly(true),
    lift: ({ postgres }) => postgres.setReadOnly(false),
  },
  'app killed (-9) and restarted': { strike: ({ app }) => app.kill(), lift: ({ app }) => app.restart(), cutsOff: true },
} satisfies Record<string, Fault>
export type FaultName = keyof typeof FAULTS
