import type { KeyActions, Viewer } from '@/components/keys/actions'
import type { Actor } from '@/lib/actor'
import { isAdmin } from '@/lib/permissions/scopes'
import { sectionsOf } from '../sections'
import { deleteKey, revocableKeys, revokeKey, revokeManyKeys, rotateKey, updateKey } from './actions'

/** Who looks at keys, as components know them. */
export const viewerOf = (club: string, actor: Actor): Viewer => ({
  scopes: actor.scopes,
  seesEveryone: isAdmin(actor.roles),
  club,
  seesAudit: sectionsOf(actor).includes('audit'),
})

/** What can be done to a key of this club. */
export const keyActions = (club: string): Omit<KeyActions, 'create' | 'createHoney'> => ({
  update: updateKey.bind(null, club),
  rotate: rotateKey.bind(null, club),
  revoke: revokeKey.bind(null, club),
  revokeMany: revokeManyKeys.bind(null, club),
  revocable: revocableKeys.bind(null, club),
  remove: deleteKey.bind(null, club),
})
