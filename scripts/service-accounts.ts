import {
  createServiceAccountBody,
  updateServiceAccountBody,
  type ServiceAccount,
  type UpdateServiceAccountBody,
} from '@/contracts/service-accounts'
import { apart } from '@/contracts/unseen'
import { amountOf } from '@/contracts/words'
import { countLiveKeys } from '@/lib/members/count-keys'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { listServiceAccounts } from '@/lib/service-accounts/list'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { actorFor } from './cli/club'
import { checked, listed, options, print, required, runCommand } from './cli/command'
import { everyPage } from './cli/every-page'
import { findServiceAccount } from './cli/service-account'

const USAGE = `usage: npm run -s service-accounts -- COMMAND --club SLUG [--json]
  create     --name NAME --role ROLE...       a user of the club's own, without a login
  list                                        the oldest first
  update     --account NAME|ID [--name NAME] [--role ROLE...]
  suspend    --account NAME|ID                its keys are refused until it is reinstated
  reinstate  --account NAME|ID
  remove     --account NAME|ID                for good; its keys are revoked
Make a key for one: npm run -s keys -- create --club SLUG --service-account NAME|ID --name NAME --scope SCOPE`

const common = { club: { type: 'string' }, json: { type: 'boolean' } } as const

async function create(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
  })
  const input = checked(createServiceAccountBody, {
    name: required(given.name, 'name'),
    roles: listed(given.role),
  })
  const account = await createServiceAccount(await actorFor(given.club), input)
  print(given.json, account, describe(account))
}

async function list(args: string[]): Promise<void> {
  const given = options(args, common)
  const actor = await actorFor(given.club)
  const all = await everyPage((page) => listServiceAccounts(actor, page))
  const keys = await countLiveKeys(
    actor,
    all.map(({ user }) => user.id),
  )
  const lines = all.map(
    (account) => `${describe(account)}  ${amountOf(keys.get(account.user.id) ?? 0, 'live key')}`,
  )
  print(given.json, all, lines.join('\n') || 'No service accounts yet.')
}

async function update(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    account: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
  })
  const input = checked(updateServiceAccountBody, {
    ...(given.name !== undefined && { name: given.name }),
    ...(given.role && { roles: listed(given.role) }),
  })
  await change(given, input)
}

const standing = (status: 'ACTIVE' | 'SUSPENDED') => (args: string[]) =>
  change(options(args, { ...common, account: { type: 'string' } }), { status })

type Named = { club?: string; account?: string; json?: boolean }

async function change(given: Named, input: UpdateServiceAccountBody): Promise<void> {
  const actor = await actorFor(given.club)
  const { id } = await findServiceAccount(actor, required(given.account, 'account'))
  const account = await updateServiceAccount(actor, { id, ...input })
  print(given.json, account, describe(account))
}

async function remove(args: string[]): Promise<void> {
  const given = options(args, { ...common, account: { type: 'string' } })
  const actor = await actorFor(given.club)
  const { id } = await findServiceAccount(actor, required(given.account, 'account'))
  const account = await removeServiceAccount(actor, { id })
  print(given.json, account, describe(account))
}

const describe = ({ id, user, roles, status }: ServiceAccount) =>
  [id, status.padEnd(9), apart(user.name), roles.join(',')].join('  ')

void runCommand(USAGE, {
  create,
  list,
  update,
  suspend: standing('SUSPENDED'),
  reinstate: standing('ACTIVE'),
  remove,
})
