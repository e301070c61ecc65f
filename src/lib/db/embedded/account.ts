import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { lchownSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs'
import path from 'node:path'

/** The account the database server runs under. Null means our own. */
export type Account = { uid: number; gid: number }

/** What the server's programs get of our environment: next to nothing, since ours holds secrets. */
export const SERVER_ENVIRONMENT = {
  LC_ALL: 'C',
  PATH: process.env.PATH ?? '/usr/bin:/bin',
} as unknown as NodeJS.ProcessEnv

const FIRST_UID = 50_000
const UIDS = 9_000

export const runningAsRoot = (): boolean => process.getuid?.() === 0

/** The owner of an existing cluster, so that its uid stays the same from start to start. */
export function ownerOf(cluster: string): Account | null {
  const { uid, gid } = statSync(cluster)
  if (runningAsRoot()) return uid === 0 ? adopt(cluster) : { uid, gid }
  if (uid === process.getuid?.()) return null
  throw new Error(`${cluster} belongs to user ${uid}. Run as that user (or as root), or set DATABASE_URL.`)
}

/**
 * An account nobody has: not in the user or group list, and no process runs under it. Postgres refuses to run
 * as root, and an account shared with another service (`nobody`) would open the cluster to that service.
 */
export function unusedAccount(): Account {
  const running = uidsOfProcesses()
  const start = randomInt(UIDS)
  for (let step = 0; step < UIDS; step++) {
    const uid = FIRST_UID + ((start + step) % UIDS)
    if (!running.has(uid) && !listed('passwd', uid) && !listed('group', uid)) return { uid, gid: uid }
  }
  throw new Error(
    `no unused user id between ${FIRST_UID} and ${FIRST_UID + UIDS - 1} for the embedded database: set DATABASE_URL`,
  )
}

/**
 * An account for `initdb`, which insists on looking its own name up: a system account without login and
 * without a process, that could read along. It lends its name for half a second and keeps nothing.
 */
export function borrowedAccount(): Account {
  const running = uidsOfProcesses()
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [, , uid, gid, , , shell = ''] = line.split(':')
    if (Number(uid) > 0 && /\/(nologin|false)$/.test(shell) && !running.has(Number(uid)))
      return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'the embedded database needs a system account without a process to be created as root: run as another user, or set DATABASE_URL',
  )
}

/** A cluster that root copied or restored has lost its owner: it gets a new one. */
function adopt(cluster: string): Account {
  const account = unusedAccount()
  give(cluster, account)
  return account
}

export function give(folder: string, { uid, gid }: Account): void {
  for (const name of readdirSync(folder, { recursive: true }) as string[])
    lchownSync(path.join(folder, name), uid, gid)
  lchownSync(folder, uid, gid)
}

function uidsOfProcesses(): Set<number> {
  const uids = new Set<number>()
  for (const entry of directory('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = statSync(path.join('/proc', entry), { throwIfNoEntry: false })
    if (stat) uids.add(stat.uid)
  }
  return uids
}

function directory(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // No /proc outside Linux.
  }
}

/** Asks the file and, where there is one, the name service (LDAP and the like). */
function listed(database: 'passwd' | 'group', id: number): boolean {
  const lines = readFileSync(`/etc/${database}`, 'utf8').split('\n')
  if (lines.some((line) => line.split(':')[2] === String(id))) return true
  return spawnSync('getent', [database, String(id)], { stdio: 'ignore', timeout: 5_000 }).status === 0
}

/**
 * Whether the account can walk to `folder`: it shares no group with anyone, so every folder above must let
 * strangers through. A clone in root's home usually does not.
 */
export function canEnter(folder: string, account: Account): boolean {
  for (let at = realpathSync(folder); ; at = path.dirname(at)) {
    if (!allows(statSync(at), account, 0o1)) return false
    if (at === path.dirname(at)) return true
  }
}

export function canRead(file: string, account: Account): boolean {
  const real = realpathSync(file)
  return canEnter(path.dirname(real), account) && allows(statSync(real), account, 0o4)
}

function allows(stat: Stats, account: Account, bit: number): boolean {
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0
  return ((stat.mode >> shift) & bit) === bit
}
