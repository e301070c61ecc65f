import { canonicalEmail } from '@/contracts/email'
import { handOverBody } from '@/contracts/hand-over'
import { updateMemberBody, type Member } from '@/contracts/member'
import { memberImpactQuery, type AffectedKey } from '@/contracts/offboarding'
import { apart } from '@/contracts/unseen'
import { amountOf } from '@/contracts/words'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db/client'
import { Refusal } from '@/lib/errors'
import { handOverKeys } from '@/lib/members/hand-over'
import { foreseeImpact } from '@/lib/members/impact'
import { removeMember } from '@/lib/members/remove'
import { updateMember } from '@/lib/members/update'
import { actorFor } from './cli/club'
import { checked, listed, options, print, required, runCommand } from './cli/command'
import { graceIn } from './cli/grace'
import { findServiceAccount } from './cli/service-account'

const USAGE = `usage: npm run -s members -- COMMAND --club SLUG --user EMAIL [--json]
  impact     [--role ROLE...]          the keys that a removal would stop, or that these roles would narrow; the webhooks that go on
  hand-over  --service-account NAME|ID --id KEY... [--grace SECONDS]
                                       new keys on the account, printed once; the old ones end after the grace, a day
  roles      --role ROLE...            these and no others
  suspend                              shuts them and their keys out until they are reinstated
  reinstate
  remove                               ends the membership; their keys are revoked at once, whatever their grace
To invite somebody: npm run -s clubs -- invite`

const common = { club: { type: 'string' }, user: { type: 'string' }, json: { type: 'boolean' } } as const
const roles = { role: { type: 'string', multiple: true } } as const

type Given = { club?: string; user?: string }

/** The operator, and the member that they named. @throws Refusal `not_found` */
async function memberOf(given: Given): Promise<{ actor: Actor; id: string }> {
  const typed = required(given.user, 'user')
  const email = canonicalEmail(typed) ?? typed
  const actor = await actorFor(given.club)
  const member = await db().membership.findFirst({
    where: { clubId: actor.clubId, user: { email } },
    select: { id: true },
  })
  if (!member) throw new Refusal('not_found', `${email} is no member of ${given.club ?? ''}.`)
  return { actor, id: member.id }
}

async function impact(args: string[]): Promise<void> {
  const given = options(args, { ...common, ...roles })
  const left = given.role && listed(given.role).join(',')
  const query = checked(
    memberImpactQuery,
    left === undefined ? { act: 'remove' } : { act: 'roles', roles: left },
  )
  const { actor, id } = await memberOf(given)
  const found = await foreseeImpact(actor, { id, ...query })
  const more = found.count - found.keys.length
  const lines = [
    ...found.keys.map(describeKey),
    ...(more > 0 ? [`and ${more} more, used earlier or never`] : []),
    ...(found.count === 0 ? ['No key is affected.'] : []),
    ...found.webhooks.map(({ id, url }) => `webhook ${id} to ${url}, which they added, goes on`),
  ]
  print(given.json, found, lines.join('\n'))
}

async function handOver(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    'service-account': { type: 'string' },
    id: { type: 'string', multiple: true },
    grace: { type: 'string' },
  })
  const grace = graceIn(given.grace)
  const account = required(given['service-account'], 'service-account')
  const keyIds = checked(handOverBody.shape.keyIds, listed(given.id))
  const { actor, id } = await memberOf(given)
  const { id: serviceAccountId } = await findServiceAccount(actor, account)
  const input = checked(handOverBody, { keyIds, serviceAccountId, ...grace })
  const handed = await handOverKeys(actor, { id, ...input })
  const lines = handed.keys.map(
    ({ id, name, rotatedFromId, key }) => `${id}  ${apart(name)}, for ${rotatedFromId}\n${key}\n`,
  )
  print(given.json, handed, `${lines.join('\n')}\nThis is the only time the keys are shown.`)
}

async function changeRoles(args: string[]): Promise<void> {
  const given = options(args, { ...common, ...roles })
  const input = checked(updateMemberBody, { roles: listed(given.role) })
  const { actor, id } = await memberOf(given)
  printMember(given.json, await updateMember(actor, { id, ...input }))
}

const standing = (status: 'ACTIVE' | 'SUSPENDED') => async (args: string[]) => {
  const given = options(args, common)
  const { actor, id } = await memberOf(given)
  printMember(given.json, await updateMember(actor, { id, status }))
}

async function remove(args: string[]): Promise<void> {
  const given = options(args, common)
  const { actor, id } = await memberOf(given)
  printMember(given.json, await removeMember(actor, { id, patienceMs: Infinity }))
}

const describeKey = ({
  id,
  name,
  requests30d,
  lastUsedAt,
  scopesLost,
  scopesInUse,
  replacedById,
}: AffectedKey) =>
  [
    id,
    apart(name),
    `${amountOf(requests30d, 'request')} in 30 days`,
    `last used ${lastUsedAt ?? 'never'}`,
    `loses ${scopesLost.join(',') || 'nothing'}`,
    ...(scopesInUse.length > 0 ? [`in use ${scopesInUse.join(',')}`] : []),
    ...(replacedById ? [`replaced by ${replacedById}`] : []),
  ].join('  ')

const printMember = (json: boolean | undefined, member: Member) =>
  print(json, member, [member.id, member.status, member.user.email, member.roles.join(',')].join('  '))

void runCommand(USAGE, {
  impact,
  'hand-over': handOver,
  roles: changeRoles,
  suspend: standing('SUSPENDED'),
  reinstate: standing('ACTIVE'),
  remove,
})
