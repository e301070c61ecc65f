import { z } from 'zod'
import { apiKey } from './api-key'
import { MAX_KEY_DAYS, MAX_KEYS_PER_MEMBER } from './bounds'
import { definition } from './definition'
import { role, roles, scope } from './permissions'
import { rateLimit } from './rate-limit'
import { clubProfile, updateClubBody } from './club'
import { resource } from './resource'
import { hostId } from './text'

const days = z.int().min(1).max(MAX_KEY_DAYS)
const numbers = {
  defaultKeyDays: days.meta({ description: 'The life of a key if none is given, in days.' }),
  minKeyDays: z.int().min(0).max(MAX_KEY_DAYS).meta({
    description: 'The shortest life of a key that is made, in days. 0: as short as anybody likes.',
  }),
  maxKeyDays: days.meta({ description: 'The longest life that may be asked for, in days.' }),
  allowNonExpiringKeys: z.boolean().meta({ description: 'Whether a key may be made that never ends.' }),
  maxLiveKeysPerMember: z
    .int()
    .min(1)
    .max(MAX_KEYS_PER_MEMBER)
    .meta({ description: 'How many live keys one person or service account may have.' }),
  keyRateLimit: rateLimit
    .nullable()
    .meta({ description: 'The limit of each key that has none of its own. null: the server’s.' }),
  rateLimit: rateLimit
    .nullable()
    .meta({ description: 'The limit of all keys of the club together. null: the server’s.' }),
  onLeak: z.enum(['revoke', 'disable']).meta({
    description:
      'What becomes of a key whose token was found where others can read it. `revoke`: it ends at once, and the keys that it made. `disable`: it alone is disabled, until somebody decides.',
  }),
}

const MAKERS = { description: 'The roles that may make keys. null: every role.' }
const SCOPES_BY_ROLE = {
  description:
    'Which scopes a role may put into a key, by role. A role that is not named puts in all that it grants. null: so do all.',
}
const kept = {
  ...numbers,
  keyMakers: z.array(role).nullable().meta(MAKERS),
  keyScopes: z.partialRecord(role, z.array(scope)).nullable().meta(SCOPES_BY_ROLE),
}

/** None at all: keys are made for its other roles alone. */
const scopesOfRole = z
  .array(scope)
  .refine((given) => new Set(given).size === given.length, { error: 'must not name a scope twice' })
const settings = {
  ...numbers,
  keyMakers: roles.nullable().meta(MAKERS),
  keyScopes: z
    .partialRecord(role, scopesOfRole)
    .superRefine((byRole, context) => {
      for (const [name, given = []] of Object.entries(byRole))
        for (const [n, one] of given.entries())
          if (!definition().grants.get(name)?.includes(one))
            context.addIssue({
              code: 'custom',
              path: [name, n],
              message: 'must be a scope that the role grants',
            })
    })
    .nullable()
    .meta(SCOPES_BY_ROLE),
}

/** What lies outside a policy: it goes on as it is, for a policy is asked when a key is made. */
const outside = z.strictObject({
  keys: z.strictObject({
    count: z.number().meta({
      description:
        'Live keys that could not be made now: they end later than a key may, or never where that is not allowed, or hold what their owner may not put into one.',
    }),
    first: z.array(apiKey).meta({
      description: 'Some of them; the list of keys has all (`policy=outside`, once the policy is set).',
    }),
  }),
  owners: z.array(z.strictObject({ id: hostId, name: z.string(), liveKeys: z.number() })).meta({
    description:
      'Who has more live keys than one may have, those with the most, up to a hundred: `id` as in a key’s `owner`.',
  }),
})

export const clubPolicy = z.strictObject({ ...kept, outside }).meta({ id: 'ClubPolicy' })
export type ClubPolicy = z.infer<typeof clubPolicy>
export type Policy = Omit<ClubPolicy, 'outside'>

export const updateClubPolicyBody = z
  .strictObject({
    ...z.strictObject(settings).partial().shape,
    preview: z.boolean().optional().meta({ description: 'true: change nothing, and answer what would be.' }),
  })
  .refine(({ preview: _, ...change }) => Object.keys(change).length > 0, { error: 'must change something' })
  .refine(
    ({ defaultKeyDays: usual, maxKeyDays: most }) =>
      usual === undefined || most === undefined || usual <= most,
    {
      path: ['defaultKeyDays'],
      error: 'must be at most maxKeyDays',
    },
  )
  .refine(
    ({ defaultKeyDays: usual, minKeyDays: least }) =>
      usual === undefined || least === undefined || least <= usual,
    {
      path: ['minKeyDays'],
      error: 'must be at most defaultKeyDays',
    },
  )
  .meta({
    id: 'UpdateClubPolicy',
    examples: [{ maxKeyDays: 180, defaultKeyDays: 90, allowNonExpiringKeys: false }],
  })
export type UpdateClubPolicyBody = z.infer<typeof updateClubPolicyBody>

const BY_ADMINS = { $admins: 'all' } as const

export const clubs = resource({
  model: 'Club',
  title: 'Club',
  about: 'What the club is called, where it is, and what it lets its keys be.',
  idTitle: 'Club id',
  club: 'id',
  session: { read: BY_ADMINS, update: BY_ADMINS },
  audit: {
    'club.create': { title: 'Club created', verb: 'created', thing: 'the club' },
    'club.update': { title: 'Club changed', verb: 'changed', tells: 'changes', thing: 'the club' },
    'club.policy': {
      title: 'Policy changed',
      verb: 'changed',
      tells: 'changes',
      thing: 'the policy for keys',
      event: 'policy.updated',
    },
  },
  events: { types: { 'policy.updated': { text: 'The club’s policy for keys changed.' } } },
  operations: {
    getClub: {
      method: 'GET',
      path: '/api/v1/club',
      summary: 'Read the club’s name and time zone',
      scope: null,
      can: ['read', 'Club'],
      sessionOnly: true,
      status: 200,
      response: clubProfile,
    },
    updateClub: {
      method: 'PATCH',
      path: '/api/v1/club',
      summary: 'Change the club’s name or time zone',
      scope: null,
      can: ['update', 'Club'],
      act: 'making',
      sessionOnly: true,
      body: updateClubBody,
      status: 200,
      response: clubProfile,
      refuses: ['reauthentication_required'],
    },
    getClubPolicy: {
      method: 'GET',
      path: '/api/v1/club/policy',
      summary: 'Read the club’s policy for keys, and what lies outside it',
      scope: null,
      can: ['read', 'Club'],
      sessionOnly: true,
      status: 200,
      response: clubPolicy,
    },
    updateClubPolicy: {
      method: 'PATCH',
      path: '/api/v1/club/policy',
      summary: 'Change the club’s policy for new keys; keys that exist stay as they are',
      scope: null,
      can: ['update', 'Club'],
      act: 'either',
      sessionOnly: true,
      body: updateClubPolicyBody,
      status: 200,
      response: clubPolicy,
      refuses: ['reauthentication_required'],
    },
  },
})
