import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { settings } from '@/lib/settings'
import { invalid, notFound, Refusal } from '@/lib/errors'
import { FORWARDED_HEADER } from './action-headers'
import { isRouterState } from './router-state'

/**
 * Headers that parts of the framework send to each other: middleware to router, build to server, server to
 * server. None of our pages sends them.
 */
const INTERNAL = new Set([
  'next-resume',
  'x-invocation-id',
  'x-matched-path',
  'x-next-cache-tags',
  'x-next-resume-state-length',
  'x-next-revalidate-tag-token',
  'x-next-revalidated-tags',
  'x-now-route-matches',
  'x-prerender-revalidate',
  'x-prerender-revalidate-if-generated',
  // The nonce of a page's scripts is taken from it; the middleware writes one on every page.
  'content-security-policy',
  'content-security-policy-report-only',
])
const INTERNAL_PREFIX = /^x-(?:middleware|invoke|nextjs)-/
/** Pages send these only in development, to get what changed. */
const DEVELOPMENT = /^(?:next-hmr-refresh|x-nextjs-(?:html-)?request-id)$/

/** Deletes headers that a client must not send. */
export function dropInternalHeaders(headers: IncomingHttpHeaders): void {
  for (const name in headers) if (isInternal(name)) delete headers[name]
}

function isInternal(name: string): boolean {
  // The first letter already rules out most headers.
  const first = name.charCodeAt(0)
  if (first !== LETTER_X && first !== LETTER_N && first !== LETTER_C) return false
  if (DEVELOPMENT.test(name)) return settings().mode !== 'development'
  return INTERNAL.has(name) || INTERNAL_PREFIX.test(name)
}
const [LETTER_C, LETTER_N, LETTER_X] = [99, 110, 120]

const STATE_HEADER = 'next-router-state-tree'
/** The framework's last error page: asked for by its name, in any spelling, it is a 500. */
const GLOBAL_ERROR = /_global-error/

/** Refuses values of allowed headers on which the framework would fail. @throws Refusal */
export function refuseFrameworkInput({ headers }: IncomingMessage, path: string): void {
  if (headers[FORWARDED_HEADER] !== undefined)
    throw new Refusal('forbidden', 'Send an action straight to the page that it belongs to.')
  if (GLOBAL_ERROR.test(path.includes('%') ? decoded(path) : path)) throw notFound()
  const state = headers[STATE_HEADER]
  if (state !== undefined && !isRouterState(String(state)))
    throw invalid([{ path: STATE_HEADER, message: 'is not the state of a router' }])
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
