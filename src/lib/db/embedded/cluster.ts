import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  borrowedAccount,
  canEnter,
  give,
  ownerOf,
  runningAsRoot,
  SERVER_ENVIRONMENT,
  unusedAccount,
  type Account,
} from './account'
import { OUTSIDE, prepareBinaries, type Binaries } from './binaries'
import { isAlive } from '../../process/processes'

/** Superuser of the embedded cluster and owner of every table. */
export const OWNER_ROLE = 'clubkeys_owner'

export type Cluster = {
  /** Real path of Postgres's own data directory. */
  folder: string
  /** Private folder for the Unix socket. */
  run: string
  logFile: string
  account: Account | null
  binaries: Binaries
}

const run = promisify(execFile)

/**
 * The cluster of this data directory, made on first use. Processes that ask at the same moment get the same
 * one.
 */
export async function openCluster(dataDir: string, ownerPassword: string): Promise<Cluster> {
  const known = path.join(dataDir, 'pg')
  const found = lstatSync(known, { throwIfNoEntry: false })
  if (!found) await createCluster(dataDir, ownerPassword)
  else if (!statSync(known, { throwIfNoEntry: false }))
    throw new Error(`${known} points to a database that is gone. Remove it to begin with an empty one.`)
  const folder = realpathSync(known)
  const account = ownerOf(folder)
  if (account && !canEnter(path.dirname(folder), account)) {
    throw new Error(
      `the database's account (user ${account.uid}) cannot reach ${folder}: a folder above it lets nobody through (chmod o+x)`,
    )
  }
  const logs = path.join(dataDir, 'log')
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  return {
    folder,
    run: privateFolder(path.join(path.dirname(folder), 'run'), account),
    logFile: path.join(logs, 'postgres.log'),
    account,
    binaries: prepareBinaries(dataDir, account),
  }
}

/** Made aside and moved into place whole, so that an interrupted start leaves no half cluster behind. */
async function createCluster(dataDir: string, ownerPassword: string): Promise<void> {
  const account = runningAsRoot() ? unusedAccount() : null
  const outside = account !== null && !canEnter(dataDir, account)
  const home = outside ? OUTSIDE : dataDir
  mkdirSync(home, { recursive: true, mode: 0o711 })
  removeAbandonedDrafts(home)
  const maker = account && borrowedAccount()
  const draft = privateFolder(path.join(home, `init-${process.pid}-${randomBytes(6).toString('hex')}`), maker)
  try {
    await initialise(path.join(draft, 'pg'), ownerPassword, maker, prepareBinaries(dataDir, account))
    if (account) give(path.join(draft, 'pg'), account)
    if (outside) publishOutside(path.join(draft, 'pg'), dataDir)
    else renameSync(path.join(draft, 'pg'), path.join(dataDir, 'pg'))
  } catch (error) {
    // Another process was first: its cluster is as good as ours.
    if (!['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** The data directory keeps a link: it shows where the data is, and a moved clone still finds it. */
function publishOutside(draft: string, dataDir: string): void {
  const place = path.join(OUTSIDE, randomBytes(8).toString('hex'))
  mkdirSync(place)
  chmodSync(place, 0o711)
  renameSync(draft, path.join(place, 'pg'))
  try {
    symlinkSync(path.join(place, 'pg'), path.join(dataDir, 'pg'))
  } catch (error) {
    rmSync(place, { recursive: true, force: true })
    throw error
  }
}

async function initialise(
  folder: string,
  password: string,
  account: Account | null,
  binaries: Binaries,
): Promise<void> {
  const passwordFile = path.join(path.dirname(folder), 'password')
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
  try {
    if (account) chownSync(passwordFile, account.uid, account.gid)
    await run(
      binaries.initdb,
      // The default would trust everybody on this machine.
      [
        '-D',
        folder,
        '-U',
        OWNER_ROLE,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        '--no-instructions',
      ],
      { cwd: '/', env: SERVER_ENVIRONMENT, ...account },
    )
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    throw new Error(
      `the embedded database could not be created: ${stderr?.trim() || message}. DATABASE_URL names another one.`,
      {
        cause: error,
      },
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** What a start that was killed half-way left behind. */
function removeAbandonedDrafts(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = /^init-(\d+)-/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) rmSync(path.join(home, name), { recursive: true, force: true })
  }
}

function privateFolder(folder: string, account: Account | null): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  if (account) chownSync(folder, account.uid, account.gid)
  return folder
}
