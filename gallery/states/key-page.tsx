import type { ApiKey } from '@/contracts/api-key'
import { AuditLines } from '@/components/audit/audit-list'
import { KeyPage } from '@/components/keys/key-page'
import { KeySection } from '@/components/keys/key-section'
import { DaysChart } from '@/components/ui/days-chart'
import { EVENTS } from '../data/audit'
import { aKey, ADMIN, KEY_ACTIONS, KEYS, LONG_WORD, MAKING } from '../data/keys'
import { ago, ahead, DAY_HOURS, idOf } from '../data/time'
import { AUDIT_TEXTS, SCOPES, WORDS } from '../data/words'
import { body, press, read } from '../state'

type Given = Partial<Parameters<typeof KeyPage>[0]>

const NO_RELATIVES = { predecessor: null, successor: null, maker: null }
const DAYS = Array.from({ length: 30 }, (_, day) => ({
  from: ago((29 - day) * DAY_HOURS),
  ...{ ok: 400 + 13 * day, limited: 0, denied: day === 6 ? 85 : 0, errors: 0 },
}))
const place = (n: number) => ({
  address: `203.0.113.${n}`,
  userAgent: n % 2 ? 'curl/8.14.1' : null,
  lastUsedAt: ago(n * n),
})

const USE = {
  calls: <DaysChart days={DAYS} label="Calls of the last 30 days" />,
  places: Array.from({ length: 7 }, (_, n) => place(n + 1)),
  scopeUses: [{ scope: 'practices:read', lastUsedAt: ago(3) }],
}
const UNUSED = { calls: <DaysChart days={[]} label="Calls" />, places: [], scopeUses: [] }

const LEAKED = {
  at: ago(2),
  source: 'GitHub (commit)',
  url: 'https://github.com/octocat/hello/blob/main/.env',
}

const AUDIT = (
  <KeySection title="Audit">
    <AuditLines events={EVENTS.slice(0, 2)} texts={AUDIT_TEXTS} roles={WORDS.roles} />
  </KeySection>
)

const keyPage =
  (apiKey: ApiKey, given: Given = {}) =>
  () => (
    <KeyPage
      apiKey={apiKey}
      relatives={NO_RELATIVES}
      grace={null}
      use={null}
      revokedBy={null}
      made={{ count: 0, nearest: [] }}
      viewer={ADMIN}
      making={MAKING}
      actions={KEY_ACTIONS}
      audit={null}
      {...given}
    />
  )

const LONG = aKey({
  name: LONG_WORD,
  scopes: SCOPES,
  unusedScopes: ['members:read', 'usage:read'],
  owner: { id: idOf(41), name: LONG_WORD, kind: 'service' },
  allowedCidrs: ['203.0.113.7', '2001:db8:85a3:1234:5678:8a2e:370:7334/128'],
  rateLimit: { limit: 600, windowSeconds: 60 },
  metadata: { team: LONG_WORD, runs: { every: '5 minutes' } },
})

const OLD = aKey({ status: 'expiring', expiresAt: ahead(9), replacedById: idOf(51) })
const NEW = aKey({ id: idOf(51), rotatedFromId: idOf(50) })
const [ENDED = NEW] = KEYS.filter(({ status }) => status === 'revoked')
const [EXPIRED = NEW] = KEYS.filter(({ status }) => status === 'expired')
const [DISABLED = NEW] = KEYS.filter(({ status }) => status === 'disabled')

export const KEY_PAGE = [
  body('key', keyPage(aKey(), { use: USE, audit: AUDIT })),
  body('key, never used', keyPage(aKey({ lastUsedAt: null, expiresAt: null }), { use: UNUSED })),
  body('key, seen by who may know little', keyPage(aKey())),
  body('key, leaked', keyPage(aKey({ status: 'disabled', leaked: LEAKED }))),
  body('key, leaked and enabled', keyPage(aKey({ leaked: LEAKED }))),
  body('honeykey', keyPage(aKey({ status: 'disabled', scopes: [], honey: { usedAt: null } }))),
  body('honeykey, used', keyPage(aKey({ status: 'disabled', scopes: [], honey: { usedAt: ago(1) } }))),
  body(
    'key, very long words',
    keyPage(LONG, {
      use: USE,
      made: { count: 14, nearest: KEYS.slice(0, 3) },
      relatives: { ...NO_RELATIVES, maker: { id: idOf(90), key: null } },
    }),
  ),
  body('key, that made very many', keyPage(aKey(), { made: { count: Infinity, nearest: KEYS.slice(0, 2) } })),
  body(
    'key, replaced',
    keyPage(OLD, {
      grace: { old: OLD, rotatedAt: ago(15), callsToday: 12 },
      relatives: { ...NO_RELATIVES, successor: { id: NEW.id, key: NEW } },
    }),
  ),
  body(
    'key, that replaces one',
    keyPage(NEW, {
      grace: { old: aKey({ ...OLD, lastUsedAt: ago(100) }), rotatedAt: ago(15), callsToday: 0 },
      relatives: { ...NO_RELATIVES, predecessor: { id: OLD.id, key: OLD } },
    }),
  ),
  body(
    'key, its grace about to end',
    keyPage(OLD, { grace: { old: OLD, rotatedAt: ago(15), callsToday: 1 } }),
    press('End grace now'),
    read('End the grace now?'),
  ),
  body('key, revoked', keyPage(ENDED, { revokedBy: 'Ada Admin' })),
  body('key, expired', keyPage(EXPIRED)),
  body('key, disabled', keyPage(DISABLED)),
  body('key, its menu', keyPage(aKey()), press('Actions for ci-bot'), read('Metadata…')),
  body('key, edited', keyPage(aKey()), press('Edit rate limit'), read('Calls at most')),
]
