import type { AuditTexts, Words } from '@/contracts/definition'

export const WORDS: Words = {
  roles: [
    {
      role: 'CLUB_ADMIN',
      name: 'Admin',
      text: 'Manages members and every key of the club, and reads the audit log.',
      accountText: 'Reads members, every key of the club and the audit log.',
    },
    {
      role: 'COACH',
      name: 'Coach',
      text: 'Plans training sessions, sees all members, has own keys.',
      accountText: 'Plans training sessions, sees all members.',
    },
    {
      role: 'ATHLETE',
      name: 'Athlete',
      text: 'Sees published sessions, has own keys.',
      accountText: 'Sees published sessions.',
    },
  ],
  scopes: [
    { scope: 'practices:read', text: 'List and read training sessions.', group: 'Practices' },
    { scope: 'practices:write', text: 'Create, change and delete them.', group: 'Practices' },
    { scope: 'members:read', text: 'List the members you can see.', group: 'Members' },
    { scope: 'api-keys:read', text: 'List keys, never their tokens.', group: 'Keys' },
    { scope: 'api-keys:write', text: 'Make, rename and revoke keys.', group: 'Keys' },
    { scope: 'usage:read', text: 'Read how much keys are used.', group: 'Keys' },
    { scope: 'audit:read', text: 'Read the club’s audit log.', group: 'Oversight' },
    {
      scope: 'tokens:introspect',
      text: 'Ask whether a token of the club is valid, and whose it is.',
      group: 'Oversight',
    },
  ],
}

export const SCOPES = WORDS.scopes.map(({ scope }) => scope)

export const AUDIT_TEXTS: AuditTexts = {
  acts: {
    'api-key.create': { title: 'Key created', verb: 'created', thing: 'the key' },
    'api-key.update': { title: 'Key changed', verb: 'changed', tells: 'changes', thing: 'the key' },
    'api-key.revoke': { title: 'Key revoked', verb: 'revoked', thing: 'the key' },
    'member.invite': { title: 'Member invited', verb: 'invited', tells: 'roles', thing: '' },
    'club.update': { title: 'Club changed', verb: 'changed', tells: 'changes', thing: 'the club' },
  },
  idTitles: { ApiKey: 'Key id', Membership: 'Member id', Club: 'Club id' },
}
