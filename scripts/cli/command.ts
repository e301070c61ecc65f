import { userInfo } from 'node:os'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { z } from 'zod'
import '@/keys'
import '@/on-record'
import { fieldErrors, inWords } from '@/contracts/words'
import { closeDb } from '@/lib/db/client'
import { MigrationError } from '@/lib/db/migrate'
import { isOutage } from '@/lib/db/outage'
import { provision, type Provisioned } from '@/lib/db/provision'
import { DatabaseRefusal } from '@/lib/db/refusal'
import { Refusal } from '@/lib/errors'
import { mailOnEvents } from '@/lib/letters/on-events'
import { redact } from '@/lib/redact'
import { isSettingsError } from '@/lib/settings'
import { databaseEnvironment, readEnvFiles } from '../environment'
import { notedOrigin } from '../start/noted-origin'
import { originOf } from '../start/port'
import { outliveOutputs } from './outputs'
import { usageOf } from './usage-of'

/** Wrong usage: exit 2. */
export class UsageError extends Error {}

/** Who stands in the audit log for what is done here. */
export const operator = () => `operator:${userName()}`

/** A container may run as a user that its system has no name for. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** @throws UsageError */
export function options<const T extends NonNullable<ParseArgsConfig['options']>>(args: string[], known: T) {
  try {
    return parseArgs({ args, options: known, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The same, with one file behind the options; `-` is stdin. @throws UsageError */
export function optionsAndFile<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  known: T,
) {
  const parse = () => {
    try {
      return parseArgs({ args, options: known, strict: true, allowPositionals: true })
    } catch (error) {
      throw new UsageError((error as Error).message)
    }
  }
  const { values, positionals } = parse()
  const [file, ...others] = positionals
  if (!file || others.length > 0) throw new UsageError('one file, or - for stdin')
  return { values, file }
}

/** @throws UsageError when the option is missing */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} is required`)
  return value
}

/** Options that are not called as the API calls what they say. */
const OPTIONS: Record<string, string> = {
  scopes: 'scope',
  roles: 'role',
  keyIds: 'id',
  allowedCidrs: 'allow',
  rateLimit: 'rate',
  graceSeconds: 'grace',
  keyMakers: 'makers',
  keyScopes: 'role-scopes',
  defaultKeyDays: 'default-days',
  minKeyDays: 'min-days',
  maxKeyDays: 'max-days',
  allowNonExpiringKeys: 'non-expiring',
  maxLiveKeysPerMember: 'keys-per-member',
  onLeak: 'on-leak',
  keyRateLimit: 'key-rate',
  types: 'type',
}

/** @param path of a field, as `expiresAt` or `scopes.0` */
function optionFor(path: string, called: Record<string, string>): string {
  const [field = '', ...inside] = path.split('.')
  const names = inside.filter((part) => !/^\d+$/.test(part))
  const option =
    called[field] ?? OPTIONS[field] ?? field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return [option, ...names].join(' ')
}

/**
 * Checks what was typed by the same schema as the API's.
 * @param called how this command calls its options, by field, where that is not what others call them
 * @throws UsageError naming the option
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, called: Record<string, string> = {}): T {
  const parsed = schema.safeParse(value, { error: inWords })
  if (parsed.success) return parsed.data
  const wrong = fieldErrors(parsed.error)
  throw new UsageError(
    wrong.map(({ path, message }) => `--${optionFor(path, called)}: ${message}`).join('\n'),
  )
}

/** What was given by several options, or by one with commas between. */
export const listed = (given: readonly string[] = []): string[] => given.flatMap((text) => text.split(','))

/** For programs as JSON, else as text for people. */
export function print(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value) : text}\n`)
}

type Commands = Record<string, (args: string[]) => Promise<number | void>>

/**
 * Runs the command that was asked for against the provisioned database. Exit 0: done; 1: refused, the reason
 * on stderr; 2: wrong usage.
 * @param usage printed when it is asked for; with a usage error, what it says of that command
 * @param asOwner commands that work on tables of the app's own, too, which the app's role may not touch
 */
export async function runCommand(
  usage: string,
  commands: Commands,
  asOwner: readonly string[] = [],
): Promise<void> {
  let stop = async () => {}
  const answerIsLost = outliveOutputs()
  const [verb = '', ...args] = process.argv.slice(2)
  if (asksForUsage(verb, args)) return void process.stdout.write(`${usageOf(usage, verb)}\n`)
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined
  try {
    // Before a database is started for it.
    if (!command) throw new UsageError(verb ? `unknown command: ${verb}` : 'which command?')
    readEnvFiles()
    const { DATABASE_DIRECT_URL: direct } = process.env
    const database = await provision(process.env)
    stop = database.stop
    Object.assign(process.env, databaseEnvironment(database))
    if (database.embedded)
      process.stderr.write('The database is the one in .data/: DATABASE_URL is not set.\n')
    if (asOwner.includes(verb))
      process.env.DATABASE_URL = database.embedded ? database.directUrl : direct || database.databaseUrl
    // Nobody else waits while one at a terminal does.
    process.env.DATABASE_TIMEOUT_MS ||= '10000'
    process.env.NEXTAUTH_URL ||= originOfApp(database)
    mailOnEvents()
    process.exitCode = (await command(args)) ?? 0
  } catch (error) {
    process.exitCode = report(error, usage, command && verb)
  } finally {
    await closeDb()
    await stop()
    if (answerIsLost()) process.exitCode ||= 1
  }
}

const HELP = ['--help', '-h']
const asksForUsage = (verb: string, args: readonly string[]) =>
  ['help', ...HELP].includes(verb) || HELP.includes(args[0] ?? '')

/** Where links lead: where `npm start` serves, or served last. */
function originOfApp({ secrets }: Provisioned): string {
  const { HOST, PORT } = process.env
  const noted = HOST || PORT || secrets === null ? null : notedOrigin(secrets)
  return noted ?? originOf(HOST || undefined, Number(PORT || 3000))
}

/** @param verb the command, if there is such a one */
function report(error: unknown, usage: string, verb?: string): number {
  // What was typed stands in it, and a token may have been typed where none belongs. The whole usage is longer
  // than a terminal: the reason stands below it.
  if (error instanceof UsageError) {
    const reason = redact(error.message)
    const parts = verb === undefined ? [usage, reason] : [reason, usageOf(usage, verb)]
    process.stderr.write(`${parts.join('\n\n')}\n`)
  } else if (error instanceof Refusal)
    process.stderr.write(
      redact(
        `${[error.message, ...(error.errors ?? []).map((e) => `${e.path}: ${e.message}`)].join('\n')}\n`,
      ),
    )
  else if (isSettingsError(error)) process.stderr.write(`${error.message}\n`)
  else if (error instanceof DatabaseRefusal || error instanceof MigrationError)
    process.stderr.write(`${error.message}\n`)
  else if (isOutage(error)) process.stderr.write('The database did not answer.\n')
  else throw error
  return error instanceof UsageError ? 2 : 1
}
