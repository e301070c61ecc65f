import { newClub } from '@/contracts/club'
import { updateClubPolicyBody } from '@/contracts/club-policy'
import { email } from '@/contracts/email'
import { inviteMemberBody } from '@/contracts/member'
import { apart } from '@/contracts/unseen'
import { amountOf } from '@/contracts/words'
import { createClub } from '@/lib/clubs/create-club'
import { listClubs } from '@/lib/clubs/list-clubs'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { inviteMember } from '@/lib/members/invite'
import { makePasswordLink } from '@/lib/members/password-link'
import { actorFor } from './cli/club'
import { checked, listed, operator, options, print, required, runCommand, UsageError } from './cli/command'
import { rateIn, rateText } from './cli/rate'

const USAGE = `usage: npm run -s clubs -- COMMAND [--json]
  create         --slug SLUG --name NAME --admin EMAIL [--admin-name NAME]
  list                               every club, with its active members and live keys
  invite         --club SLUG --email EMAIL --role ROLE... [--name NAME]
  policy         --club SLUG [--default-days N] [--max-days N] [--non-expiring yes|no] [--keys-per-member N] [--preview]
                 [--min-days N] [--makers ROLE,...|everyone] [--role-scopes ROLE=SCOPE,... ... | --role-scopes all]
                 [--key-rate CALLS/SECONDS|default] [--club-rate CALLS/SECONDS|default] [--on-leak revoke|disable]
                                     the policy for keys; changes it as given, and says which keys fall outside
  password-link  --email EMAIL       for somebody who cannot sign in: sets a new password, once`

async function create(args: string[]): Promise<void> {
  const given = options(args, {
    slug: { type: 'string' },
    name: { type: 'string' },
    admin: { type: 'string' },
    'admin-name': { type: 'string' },
    json: { type: 'boolean' },
  })
  const admin = { email: required(given.admin, 'admin'), name: given['admin-name'] }
  const input = checked(newClub, {
    slug: required(given.slug, 'slug'),
    name: required(given.name, 'name'),
    admin,
  })
  const made = await createClub(operator(), input)
  const { slug } = made.club
  const lines = [
    `Created the club ${slug}. Its admin is ${made.admin.email}.`,
    ...aboutLink(made.setPasswordLink),
  ]
  const next = `Make a key: npm run -s keys -- create --club ${slug} --user ${made.admin.email} --name NAME --scope practices:read`
  print(given.json, made, [...lines, next].join('\n'))
}

async function list(args: string[]): Promise<void> {
  const given = options(args, { json: { type: 'boolean' } })
  const clubs = await listClubs()
  const wide = Math.max(0, ...clubs.map(({ slug }) => slug.length))
  const lines = clubs.map(
    ({ slug, name, members, liveKeys }) =>
      `${slug.padEnd(wide)}  ${amountOf(members, 'member')}  ${amountOf(liveKeys, 'key')}  ${apart(name)}`,
  )
  print(given.json, clubs, lines.join('\n') || 'There are no clubs.')
}

async function invite(args: string[]): Promise<void> {
  const given = options(args, {
    club: { type: 'string' },
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  })
  const roles = listed(given.role)
  const input = checked(inviteMemberBody, {
    email: required(given.email, 'email'),
    roles,
    ...(given.name && { name: given.name }),
  })
  const member = await inviteMember(await actorFor(given.club), input)
  const mail = member.mailed ? ['A mail with the invitation is on its way.'] : []
  const lines = [
    `${member.user.email} is in ${given.club}: ${member.roles.join(', ')}.`,
    ...mail,
    ...aboutLink(member.setPasswordLink),
  ]
  print(given.json, member, lines.join('\n'))
}

async function policy(args: string[]): Promise<void> {
  const given = options(args, {
    club: { type: 'string' },
    'default-days': { type: 'string' },
    'min-days': { type: 'string' },
    'max-days': { type: 'string' },
    'non-expiring': { type: 'string' },
    'keys-per-member': { type: 'string' },
    makers: { type: 'string' },
    'role-scopes': { type: 'string', multiple: true },
    'key-rate': { type: 'string' },
    'club-rate': { type: 'string' },
    'on-leak': { type: 'string' },
    preview: { type: 'boolean' },
    json: { type: 'boolean' },
  })
  const change = {
    ...(given['default-days'] !== undefined && { defaultKeyDays: Number(given['default-days']) }),
    ...(given['min-days'] !== undefined && { minKeyDays: Number(given['min-days']) }),
    ...(given['max-days'] !== undefined && { maxKeyDays: Number(given['max-days']) }),
    ...(given['non-expiring'] !== undefined && { allowNonExpiringKeys: yesOrNo(given['non-expiring']) }),
    ...(given['keys-per-member'] !== undefined && { maxLiveKeysPerMember: Number(given['keys-per-member']) }),
    ...(given.makers !== undefined && {
      keyMakers: given.makers === 'everyone' ? null : listed([given.makers]),
    }),
    ...(given['role-scopes'] !== undefined && { keyScopes: scopesByRole(given['role-scopes']) }),
    ...(given['key-rate'] !== undefined && { keyRateLimit: rateIn(given['key-rate']) }),
    ...(given['club-rate'] !== undefined && { rateLimit: rateIn(given['club-rate']) }),
    ...(given['on-leak'] !== undefined && { onLeak: given['on-leak'] }),
  }
  const actor = await actorFor(given.club)
  const isRead = Object.keys(change).length === 0
  const found = isRead
    ? await getClubPolicy(actor)
    : await updateClubPolicy(
        actor,
        checked(
          updateClubPolicyBody,
          { ...change, preview: given.preview ?? false },
          { rateLimit: 'club-rate' },
        ),
      )
  const { outside, keyRateLimit, rateLimit, keyMakers, keyScopes, ...settings } = found
  const rates = { keyRateLimit: rateText(keyRateLimit), rateLimit: rateText(rateLimit) }
  const lines = [
    ...(given.preview ? ['A preview: nothing was changed.'] : []),
    ...Object.entries({ ...settings, ...rates }).map(([name, value]) => `${name}: ${value}`),
    `keyMakers: ${keyMakers?.join(', ') ?? 'everyone'}`,
    ...(keyScopes === null ? ['keyScopes: all'] : []),
    ...Object.entries(keyScopes ?? {}).map(([role, given]) => `keyScopes of ${role}: ${given?.join(' ')}`),
    `${amountOf(outside.keys.count, 'live key')} could not be made under this policy${outside.keys.count > 0 ? `, and stay as they are: npm run -s keys -- list --club ${given.club} --policy outside` : ''}.`,
    ...outside.owners.map(({ name, liveKeys }) => `${apart(name)} has ${amountOf(liveKeys, 'live key')}.`),
  ]
  print(given.json, found, lines.join('\n'))
}

/** Each as `ROLE=SCOPE,...`, or `all` alone: no role is bound. */
function scopesByRole(given: string[]): Record<string, string[]> | null {
  if (given.length === 1 && given[0] === 'all') return null
  const bound = given.map((one) => {
    const at = one.indexOf('=')
    if (at < 1) throw new UsageError('--role-scopes is ROLE=SCOPE,... or all')
    return [one.slice(0, at), listed([one.slice(at + 1)]).filter((scope) => scope !== '')] as const
  })
  return Object.fromEntries(bound)
}

function yesOrNo(text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new UsageError('--non-expiring is yes or no')
  return text === 'yes'
}

async function passwordLink(args: string[]): Promise<void> {
  const given = options(args, { email: { type: 'string' }, json: { type: 'boolean' } })
  const setPasswordLink = await makePasswordLink(operator(), {
    email: checked(email, required(given.email, 'email')),
  })
  print(given.json, { setPasswordLink }, aboutLink(setPasswordLink).join('\n'))
}

const aboutLink = (link: string | null) =>
  link
    ? ['The link to set a password works once, within 24 hours; whoever has it has the account:', `  ${link}`]
    : []

void runCommand(USAGE, { create, list, invite, policy, 'password-link': passwordLink })
