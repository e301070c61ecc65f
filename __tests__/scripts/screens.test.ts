import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { shoot } from '../../scripts/screens/shoot'
import type { Scene } from '../../scripts/screens/scene'
import { launchChromium } from '../support/browser'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser.close())

// No page of the app, so that no server is needed.
const scene = (name: string, given: Partial<Scene> = {}): Scene => ({
  name,
  who: null,
  path: `data:text/html,<title>${name}</title>`,
  isMail: true,
  ...given,
})
const refuse = () => Promise.reject(new Error('the button is gone'))

async function shootAll(scenes: Scene[]) {
  const kept: string[] = []
  const look = { browser, origin: 'http://127.0.0.1:9', theme: 'light', width: 390 } as const
  const failures = await shoot(look, scenes, async (page) => void kept.push(await page.title()))
  return { kept, failed: failures.map(({ picture }) => picture) }
}

describe('pictures of scenes', () => {
  it('are taken of all others where one fails, and the failed ones are named', async () => {
    const scenes = [
      scene('first'),
      scene('acts in vain', { act: refuse }),
      scene('leads nowhere', { path: () => Promise.reject(new Error('nobody is called so')) }),
      scene('last'),
    ]
    expect(await shootAll(scenes)).toEqual({
      kept: ['first', 'last'],
      failed: ['acts in vain 390 light', 'leads nowhere 390 light'],
    })
  })

  it('are taken of what others see where somebody cannot sign in', async () => {
    const scenes = [scene('inside', { who: 'ada@demo.test' }), scene('outside')]
    expect(await shootAll(scenes)).toEqual({ kept: ['outside'], failed: ['inside 390 light'] })
  })
})

it('a scene that is not known ends the command at once', async () => {
  const command = ['--import', 'tsx', 'scripts/screens.ts', 'nonsense']
  const ended = promisify(execFile)(process.execPath, command, { cwd: path.resolve(__dirname, '../..') })
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stderr: 'Error: no scene’s name begins with nonsense\n',
  })
}, 60_000)
