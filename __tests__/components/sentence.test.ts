import { auditTexts } from '@/app/words'
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
