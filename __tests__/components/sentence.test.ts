import { auditTexts, wordsOf } from '@/app/words'
import { byDay } from '@/components/audit/days'
import { idTitle, sentenceOf } from '@/components/audit/sentence'
import type { AuditEvent } from '@/contracts/audit-event'

const texts = auditTexts()

const event = (action: string, changes: AuditEvent['changes'] = {}): AuditEvent => ({
  id: 'e',
  at: '2026-01-01T00:00:00.000Z',
  action,
  actor: { kind: 'session', user: { id: 'u', name: 'Ada' }, keyId: null, label: null },
  target: { type: 'Membership', id: 't' },
  changes,
  requestId: null,
  address: null,
  userAgent: null,
})

describe('the sentence of an act', () => {
  it.each(Object.entries(texts.acts))('%s has words of its own', (action, words) => {
    const { verb, thing } = sentenceOf(texts, event(action), undefined)
    expect({ verb, thing }).toEqual({ verb: words.verb, thing: words.thing })
    expect(`${verb} ${thing} ${words.title}`).not.toMatch(/[._]|-[a-z]+\.|undefined/)
  })

  it('names the id of what it was about in words of the page', () => {
    expect(['ApiKey', 'Membership', 'Club', 'Something newer'].map((model) => idTitle(texts, model))).toEqual(
      ['Key id', 'Member id', 'Club id', 'Id'],
    )
  })

  it('says the finer word of a change', () => {
    const verb = (action: string, field: string, from: unknown, to: unknown) =>
      sentenceOf(texts, event(action, { [field]: { from, to } }), undefined).verb
    expect(verb('api-key.update', 'disabled', false, true)).toBe('disabled')
    expect(verb('api-key.update', 'disabled', true, false)).toBe('enabled')
    expect(verb('member.update', 'status', 'ACTIVE', 'SUSPENDED')).toBe('suspended')
    expect(verb('member.update', 'roles', ['COACH'], ['ATHLETE'])).toBe('changed the roles of')
  })

  const detail = (action: string, changes: AuditEvent['changes']) =>
    sentenceOf(texts, event(action, changes), 'ci-bot', wordsOf().roles).detail
  const called = (role: string) =>
    wordsOf()
      .roles.find((one) => one.role === role)!
      .name.toLowerCase()
  const rate = (limit: number, windowSeconds: number) => ({ limit, windowSeconds })

  it.each<[string, string, AuditEvent['changes'], string | null]>([
    [
      'an expiry that is taken away',
      'api-key.update',
      { expiresAt: { from: '2027-02-24T10:00:00.000Z', to: null } },
      'from 24 Feb 2027 to never',
    ],
    [
      'a rate limit',
      'api-key.update',
      { rateLimit: { from: null, to: rate(1, 60) } },
      'from the default to 1 call a minute',
    ],
    [
      'a rate limit of an odd time',
      'api-key.update',
      { rateLimit: { from: rate(5000, 3600), to: rate(7, 90) } },
      'from 5,000 calls an hour to 7 calls in 90 seconds',
    ],
    [
      'addresses',
      'api-key.update',
      { allowedCidrs: { from: ['10.0.0.0/8'], to: null } },
      'from 10.0.0.0/8 to any address',
    ],
    [
      'scopes, by what came and went',
      'api-key.update',
      { scopes: { from: ['practices:read', 'members:read'], to: ['practices:read', 'usage:read'] } },
      'added usage:read; removed members:read',
    ],
    ['another name', 'api-key.update', { name: { from: 'old', to: 'ci-bot' } }, 'from “old” to “ci-bot”'],
    ['disabling, which its verb tells', 'api-key.update', { disabled: { from: false, to: true } }, null],
    [
      'several, the first by its verb',
      'api-key.update',
      { name: { from: 'a', to: 'b' }, expiresAt: { from: null, to: '2027-01-01T00:00:00.000Z' } },
      'from never to 1 Jan 2027; name from “a” to “b”',
    ],
    [
      'metadata, without its values',
      'api-key.update',
      { metadata: { from: { a: 1 }, to: {} } },
      ': metadata',
    ],
    [
      'roles, in words, without the person’s id',
      'member.update',
      { userId: { from: null, to: 'u' }, roles: { from: ['COACH'], to: ['CLUB_ADMIN', 'COACH'] } },
      `from ${called('COACH')} to ${called('CLUB_ADMIN')} and ${called('COACH')}`,
    ],
    [
      'the roles of somebody who is invited',
      'member.invite',
      { roles: { from: null, to: ['ATHLETE'] }, status: { from: null, to: 'ACTIVE' } },
      `as ${called('ATHLETE')}`,
    ],
    [
      'a policy',
      'club.policy',
      { maxKeyDays: { from: 366, to: 1 }, allowNonExpiringKeys: { from: true, to: false } },
      ': longest expiry from 366 days to 1 day; keys that never expire from yes to no',
    ],
    ['a reason', 'api-key.revoke', { reason: { from: null, to: 'leaked' } }, 'because “leaked”'],
    ['no reason', 'api-key.revoke', { reason: { from: null, to: null } }, null],
  ])('tells of %s', (_, action, changes, words) => expect(detail(action, changes)).toBe(words))

  it('stands under its day', () => {
    const at = (text: string) => ({ at: text })
    const events = [
      at('2026-03-01T00:00:00.000Z'),
      at('2026-02-28T23:59:59.999Z'),
      at('2026-02-28T00:00:00.000Z'),
      at('2026-02-27T12:00:00.000Z'),
    ]
    expect(byDay(events, '2026-03-01T00:30:00.000Z').map(({ day, events }) => [day, events.length])).toEqual([
      ['Today', 1],
      ['Yesterday', 2],
      ['Friday, 27 February 2026', 1],
    ])
  })

  it('says what is gone by its last name, and an act it has never heard of by its own', () => {
    expect(
      sentenceOf(texts, event('practice.delete', { title: { from: 'Hills', to: null } }), undefined).name,
    ).toBe('Hills')
    expect(sentenceOf(texts, event('member.brand-new'), undefined)).toMatchObject({
      verb: 'member.brand-new',
      thing: 'Membership',
    })
    expect(sentenceOf(texts, event('constructor'), undefined)).toMatchObject({ verb: 'constructor' })
  })
})
