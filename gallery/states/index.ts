import type { State } from '../state'
import { ACCOUNT } from './account'
import { ACCOUNT_STATES } from './accounts'
import { AUDIT } from './audit'
import { DIALOGS } from './dialogs'
import { ENTRANCES } from './entrances'
import { KEY_DIALOGS } from './key-dialogs'
import { KEY_PAGE } from './key-page'
import { KEYS_LIST } from './keys-list'
import { MEMBER_STATES } from './members'
import { SETTINGS } from './settings'
import { SHELL } from './shell'
import { SMALL } from './small'
import { WEBHOOK_STATES } from './webhooks'

/** Every state of every component, by name. */
export const STATES: readonly State[] = [
  ...SMALL,
  ...DIALOGS,
  ...ENTRANCES,
  ...SHELL,
  ...KEYS_LIST,
  ...KEY_PAGE,
  ...KEY_DIALOGS,
  ...MEMBER_STATES,
  ...ACCOUNT_STATES,
  ...WEBHOOK_STATES,
  ...SETTINGS,
  ...AUDIT,
  ...ACCOUNT,
]
