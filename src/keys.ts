import { clubs } from './contracts/club-policy'
import { members } from './contracts/members'
import { practices } from './contracts/practices'
import { serviceAccounts } from './contracts/service-accounts'
import { defineKeys } from './http/define-keys'
import { ownSettings } from './lib/env'

// What this app is to the key layer. A new resource is one more contract in this list.

export const keys = defineKeys({
  resources: [practices, members, serviceAccounts, clubs],
  roles: {
    CLUB_ADMIN: {
      name: 'Admin',
      text: 'Manages members and every key of the club, and reads the audit log.',
      accountText: 'Reads members, every key of the club and the audit log.',
    },
    COACH: {
      name: 'Coach',
      text: 'Plans training sessions, sees all members, has own keys.',
      accountText: 'Plans training sessions, sees all members.',
    },
    ATHLETE: {
      name: 'Athlete',
      text: 'Sees published sessions, has own keys.',
      accountText: 'Sees published sessions.',
    },
  },
  admins: ['CLUB_ADMIN'],
  settings: ownSettings,
})

declare module './contracts/definition' {
  interface Register {
    keys: typeof keys
  }
}
