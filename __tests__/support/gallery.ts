import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { readAccepted } from '../../gallery/accepted'
import { mailPath } from '../../gallery/data/mails'
import { isAlike, openScale } from '../../gallery/likeness'
import { looksOf, namesOf, showState, sizeTo } from '../../gallery/looks'
import { accessibilityFaults, mailFaults, type Tab } from './browser'

const ROOT = path.resolve(__dirname, '../..')

type Gallery = {
  origin: string
  /** What is in it, from the root of the repository. */
  modules: readonly string[]
}

/** `npm run gallery`, for as long as a file's tests run. */
export function useGallery(): () => Gallery {
  let gallery: Gallery
  let child: ChildProcess
  beforeAll(async () => {
    child = spawn(process.execPath, ['--import', 'tsx', 'scripts/gallery.ts', '--modules'], {
      cwd: ROOT,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    gallery = await read(child)
  }, 60_000)
  afterAll(() => void child.kill())
  return () => gallery
}

async function read(child: ChildProcess): Promise<Gallery> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const [modules, origin] = [await lines.next(), await lines.next()]
  if (modules.done || origin.done) throw new Error('the gallery did not start')
  return { origin: origin.value, modules: JSON.parse(modules.value) as string[] }
}

type Walk = {
  names: string[]
  faults: string[]
  /** States that look other than when somebody last looked at them. */
  changed: string[]
  offences: string[]
}

const PHONE = 390
const WIDER = [768, 1280, 1920] as const

/**
 * Shows the states of one half, one after the other, looks at each with axe and compares how it looks.
 * @returns what was found, by state
 */
export async function walk(tab: Tab, half: 0 | 1): Promise<Walk> {
  const { page, offences } = tab
  const names = await namesOf(page)
  const scale = await openScale(tab.context)
  const accepted = readAccepted()
  const middle = Math.ceil(names.length / 2)
  const [faults, changed]: [string[], string[]] = [[], []]
  const shown = half === 0 ? names.slice(0, middle) : names.slice(middle)
  for (const [n, name] of shown.entries()) {
    await showState(page, name)
    const isAccepted = (look: string, likeness: string) => isAlike(likeness, accepted.get(look) ?? '')
    for (const [look, likeness] of await looksOf(page, name, scale, isAccepted))
      if (!isAccepted(look, likeness))
        changed.push(`${look}: ${likeness}, not ${accepted.get(look) ?? 'accepted yet'}`)
    const wider = WIDER[n % WIDER.length] ?? 1280
    faults.push(
      ...(await faultsAt(page, wider, mailPath(name) ? mailFaults : accessibilityFaults)).map(
        (fault) => `${name}, ${fault}`,
      ),
    )
  }
  return { names, faults, changed, offences }
}

/**
 * What stands there is the same in both themes: in the dark one, only colours are looked at. Each state is looked
 * at on a phone, and at one of the wider screens in turn.
 */
async function faultsAt(page: Page, wider: number, look: typeof accessibilityFaults): Promise<string[]> {
  const faults: string[] = []
  for (const [width, colorScheme] of [
    [PHONE, 'light'],
    [PHONE, 'dark'],
    [wider, 'dark'],
    [wider, 'light'],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await sizeTo(page, width)
    const found = await look(page, colorScheme === 'light' ? 'all' : 'colours')
    // Nothing is to be scrolled sideways, on no screen (WCAG 1.4.10).
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    if (isWide) found.push('wider than its screen')
    faults.push(...found.map((fault) => `${width}, ${colorScheme}: ${fault}`))
  }
  return faults
}
