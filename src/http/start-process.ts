import type { Server } from 'node:http'
import { followChanges } from '@/lib/auth/follow-changes'
import { lookUpNobody } from '@/lib/auth/validate'
import { db } from '@/lib/db/client'
import { assertSettings } from '@/lib/db/look'
import { DatabaseRefusal } from '@/lib/db/refusal'
import { connectLimits } from '@/lib/limits/take'
import { log } from '@/lib/log'
import { isSettingsError, settings } from '@/lib/settings'
import { sweepEverySoOften } from '@/lib/sweep/schedule'
import { sendWebhooks } from '@/lib/webhooks/work'
import { boundConnections } from './connections'
import { countRequest } from './count-request'
import { shareAnswers } from './cross-origin'
import { headEveryAnswer } from './every-answer'
import { hookRequests } from './incoming'
import { takeRequestsIn } from './intake/intake'
import { boundOutput } from './output'
import { noticeReporting } from './report'
import { logRequest } from './request-log'
import { shutDownOnSignal } from './shutdown'
import { watchAnswers } from './watch-answers'

/** On `globalThis`: an app may start the layer from two of its modules, or with two copies of this one. */
const shared = globalThis as typeof globalThis & { clubkeysStart?: Promise<void> }

/** What an app may ask the layer to do to the whole process. */
export type Takeovers = {
  /** Bounds on connections and on how long a request may take, for an app that streams nothing. */
  connections?: boolean
  /** Bounds on bodies and on the calls under way, and a check of what only the framework's own pages send. */
  bodies?: boolean
  /** Security headers on every answer, no matter which part writes it. */
  headers?: boolean
  /** An orderly end on SIGTERM and SIGINT. */
  signals?: boolean
  /** One bounded line a second of each kind that is printed, redacted. */
  output?: boolean
  /** One line of JSON for each request. */
  requests?: boolean
}

type Servers = {
  /**
   * Which HTTP servers of the process are the app's, if it has others besides: those are left alone. Default:
   * all are.
   */
  servers?: (server: Server) => boolean
}

/**
 * What a server process needs before its first request: the hook on requests, the change channel, limits that
 * other processes count, too, and what the app asks for.
 */
export async function startLayer(asked: Takeovers & Servers): Promise<void> {
  const { connections, bodies, headers, signals, output, requests, servers } = asked
  if (output) boundOutput()
  hookRequests(servers)
  watchAnswers([...(requests ? [logRequest] : []), ...(settings().metricsToken ? [countRequest] : [])])
  if (bodies) takeRequestsIn()
  if (connections) boundConnections()
  if (headers) headEveryAnswer()
  shareAnswers()
  followChanges()
  sweepEverySoOften()
  if (signals) shutDownOnSignal()
  await connectLimits()
}

/**
 * For an app of somebody else's. If something keeps the layer from working, it is logged once, and each
 * request that needs the layer gets 503; the app's other work goes on. A second call returns the first start:
 * what it asks for is too late.
 */
export function startInHost(asked: Takeovers & Servers = {}): Promise<void> {
  return (shared.clubkeysStart ??= startOnce(asked))
}

async function startOnce(asked: Takeovers & Servers): Promise<void> {
  try {
    settings()
  } catch (error) {
    if (!isSettingsError(error)) throw error
    log.error(`API keys do not work here; the environment is not usable: ${error.message}`)
    return
  }
  const say = (reason: string) => log.error(`API keys do not work here: ${reason}`)
  noticeReporting()
  await Promise.all([startLayer(asked), warmUp(say)])
  sendWebhooks()
}

/** Connections opened, and statements of verification made on each, before the first request. */
const WARM = { connections: 5, statements: 10 }

/**
 * The database's client takes most of a second to load, and its connections are opened one by one. Without
 * this the first callers would wait for both, and where many come at once some would get 503.
 */
export async function warmUp(refused: (reason: string) => void): Promise<void> {
  try {
    await assertSettings(settings().db.url ?? '', 'DATABASE_URL')
    await db().$queryRaw`SELECT 1`
    const connections = Math.min(WARM.connections, settings().db.poolSize)
    for (let i = 0; i < WARM.statements; i++)
      await Promise.all(Array.from({ length: connections }, lookUpNobody))
  } catch (error) {
    if (error instanceof DatabaseRefusal && !error.passing) return refused(error.message)
    log.warn({ err: error }, 'the database did not answer at the start')
  }
}
