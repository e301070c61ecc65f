import { z } from 'zod'
import { line } from '@/contracts/text'
import { createClub } from '@/lib/clubs/create-club'
import { checked, operator, options, required, runCommand, UsageError } from './cli/command'

const USAGE = `usage: npm run -s clubs -- create --slug SLUG --name NAME --admin EMAIL [--admin-name NAME] [--json]`

const newClub = z.strictObject({
  slug: z.string().regex(/^(?=.{2,40}$)[a-z0-9](-?[a-z0-9])*$/, { error: 'must be 2 to 40 of a-z, 0-9 and single hyphens between them' }),
  name: line(100),
  admin: z.strictObject({ email: z.email().max(254).toLowerCase(), name: line(100).optional() }),
})

async function create(args: string[]): Promise<void> {
  const given = options(args, {
    slug: { type: 'string' },
    name: { type: 'string' },
    admin: { type: 'string' },
    'admin-name': { type: 'string' },
    json: { type: 'boolean' },
  })
  const admin = { email: required(given.admin, 'admin'), name: given['admin-name'] }
  const input = checked(newClub, { slug: required(given.slug, 'slug'), name: required(given.name, 'name'), admin })
  const made = await createClub(operator(), input)
  const text = `Created the club ${made.club.slug}. Its admin is ${made.admin.email}.`
  process.stdout.write(
    given.json
      ? `${JSON.stringify(made)}\n`
      : `${text}\nMake a key: npm run -s keys -- create --club ${made.club.slug} --user ${made.admin.email} --name NAME --scope practices:read\n`,
  )
}

void runCommand(USAGE, async ([verb, ...args]) => {
  if (verb !== 'create') throw new UsageError(verb ? `unknown command: ${verb}` : 'which command?')
  await create(args)
})
