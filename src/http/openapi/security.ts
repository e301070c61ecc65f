import { oldHeaders } from '@/lib/settings'
import { host } from '../host'
import type { Described } from './schemas'

/**
 * What every operation wants unless it says otherwise. One scheme alone: generated clients send a credential
 * for each that an operation lists, and two at once are refused.
 */
export const USUAL_SECURITY: Described[] = [{ bearer: [] }]
/** Of the one operation that is no caller's of a club. */
export const METRICS_SECURITY: Described[] = [{ metrics: [] }]
const METRICS = {
  metrics: { type: 'http', scheme: 'bearer', description: 'The operator’s `METRICS_TOKEN`; no API key.' },
}
export const SESSION_SECURITY: Described[] = [{ session: [] }]

/** Of what anybody may read: a credential of any kind may come along, and nobody looks at it. */
export const ANY_SECURITY = (): Described[] => [
  {},
  ...Object.keys(callersSchemes()).map((name) => ({ [name]: [] })),
]

export const securitySchemes = (): Described => ({
  ...callersSchemes(),
  ...(host().ownPages && METRICS),
})

const callersSchemes = (): Described => ({
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key (RFC 6750).' },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description:
      'The same key, for clients that cannot set `Authorization`: instead of `bearer`, wherever that is asked for. Both at once are refused.',
  },
  ...oldPlaces(),
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: host().session?.cookieName?.() ?? 'session',
    description:
      'A person who is signed in, on a request without any other credential. `X-Club` names one of their clubs; what changes something must come from our own Origin. A session may call every operation that a key may.',
  },
})

/** Where imported keys are read besides, if anywhere: described, not offered for new keys. */
function oldPlaces(): Described {
  const { schemes, raw, names } = oldHeaders()
  const forms = [
    ...[...schemes].map((scheme) => `\`${scheme} <token>\``),
    ...(raw ? ['the token alone'] : []),
  ]
  const description = 'Instead of `bearer`, of imported keys alone: every other key goes as bearer.'
  const place = (name: string, form = '') => ({
    type: 'apiKey',
    in: 'header',
    name,
    description: form + description,
  })
  return Object.fromEntries([
    ...(forms.length > 0
      ? [['oldAuthorization', place('Authorization', `As ${forms.join(', or ')}. `)]]
      : []),
    ...names.map((name) => [`old-${name.replace(/[^a-z\d._-]/g, '.')}`, place(name)] as const),
  ]) as Described
}
