import type { EventBody } from '@/contracts/events'
import { log } from '../log'
import { counter, distributed } from '../metrics'
import { fewAtOnce } from '../outbox/few-at-once'
import type { ClaimedDelivery } from './claim'
import { SendFailure } from './failure'
import { judged, type Attempted } from './judged'
import { openSecret, signedHeaders } from './secret'
import { post } from './send'
import { settle } from './settle'

/** Of the dozens that fail, so many write at once; what arrives is written together. */
const writing = fewAtOnce(2)

const attempts = counter(
  'clubkeys_webhook_attempts_total',
  'Attempts to deliver an event, by how they ended.',
  'result',
  ['delivered', 'refused', ...['address', 'dns', 'connect', 'tls', 'timeout', 'answer']],
)
const took = distributed(
  'clubkeys_webhook_attempt_seconds',
  'How long an attempt took.',
  'result',
  [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
)

/** Sends one event to one endpoint, and writes how that went. */
export async function deliver(claimed: ClaimedDelivery): Promise<void> {
  const begun = performance.now()
  const outcome = await attempt(claimed)
  const durationMs = Math.round(performance.now() - begun)
  took(outcome.ok ? 'delivered' : 'failed', durationMs / 1000)
  const write = () => settle(claimed, { ...outcome, durationMs })
  await (outcome.ok ? write() : writing(write))
}

const NOTHING = {
  ok: false,
  gone: false,
  responseStatus: null,
  responseBody: null,
  error: null,
  retryAfterMs: 0,
}

async function attempt(claimed: ClaimedDelivery): Promise<Attempted> {
  const secrets = secretsOf(claimed)
  if (secrets.length === 0) return { ...NOTHING, error: 'Its secret cannot be read any more: rotate it.' }
  const body = bodyOf(claimed)
  try {
    const answer = await post(new URL(claimed.url), signedHeaders(secrets, claimed.eventId, body), body)
    const outcome = judged(answer)
    attempts(outcome.ok ? 'delivered' : 'refused').count++
    return outcome
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error
    attempts(error.kind).count++
    return { ...NOTHING, error: error.message }
  }
}

/** As it is at each attempt. */
const bodyOf = ({ type, createdAt, sequence, data }: ClaimedDelivery): string =>
  JSON.stringify({
    type,
    timestamp: createdAt.toISOString(),
    sequence: Number(sequence),
    data: data as EventBody['data'],
  } satisfies EventBody)

/** The newest first. */
function secretsOf({ endpointId: id, secret, previousSecret }: ClaimedDelivery): string[] {
  const [now, before] = [openSecret(id, secret), previousSecret && openSecret(id, previousSecret)]
  if (!now) log.error({ endpointId: id }, 'a webhook’s secret opens under none of the server’s secrets')
  return [now, before].flatMap((one) => (one ? [one.secret] : []))
}
