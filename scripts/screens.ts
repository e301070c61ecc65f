import { mkdirSync } from 'node:fs'
import { launchChromium } from '../__tests__/support/browser'
import { startServer } from '../__tests__/support/server'
import { buildWhenStale } from './start/build'
import { SCENES } from './screens/scenes'
import { forReadme, README_SCENES } from './screens/readme'
import { inFolder, shoot, type Failure } from './screens/shoot'
import type { Scene } from './screens/scene'
import { openStage } from './screens/stage'

// `npm run screens`: pictures of every page in .screens/, phone, tablet and desktop, light and dark.
// Arguments choose scenes by the beginning of their names: npm run screens -- keys
// `npm run screens -- --readme`: the few that the README shows, in docs/pictures/.
// A scene that fails keeps no other from its picture; it is named at the end, and the command then exits with 1.

const FOLDER = process.env.SCREENS_FOLDER ?? '.screens'

void main().then(
  (failures) => process.exit(failures.length > 0 ? 1 : 0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(1)
  },
)

async function main(): Promise<Failure[]> {
  process.env.NEXTAUTH_SECRET = 'for-pictures-only-for-pictures-only-for-pictures'
  const isForReadme = process.argv.includes('--readme')
  const chosen = isForReadme
    ? SCENES.filter(({ name }) => README_SCENES.includes(name))
    : chosenBy(process.argv.slice(2))
  const [widths, keep] = isForReadme ? [[1440], forReadme] : [[390, 768, 1440], inFolder(FOLDER)]
  await buildWhenStale(process.env)
  mkdirSync(FOLDER, { recursive: true })
  const stage = await openStage()
  const server = await startServer({ databaseUrl: stage.databaseUrl })
  const browser = await launchChromium()
  const failures: Failure[] = []
  try {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of widths) {
        const look = { browser, origin: `http://localhost:${server.port}`, theme, width }
        failures.push(...(await shoot(look, chosen, keep)))
      }
    }
    if (failures.length > 0) process.stderr.write(`${server.output()}\n${asText(failures)}`)
    return failures
  } catch (error) {
    process.stderr.write(server.output())
    throw error
  } finally {
    await browser.close()
    await server.stop()
    await stage.close()
  }
}

/** @throws Error where no scene's name begins so */
function chosenBy(beginnings: readonly string[]): Scene[] {
  const unknown = beginnings.find((start) => !SCENES.some(({ name }) => name.startsWith(start)))
  if (unknown !== undefined) throw new Error(`no scene’s name begins with ${unknown}`)
  return SCENES.filter(
    ({ name }) => beginnings.length === 0 || beginnings.some((start) => name.startsWith(start)),
  )
}

const asText = (failures: readonly Failure[]): string =>
  [`${failures.length} scenes failed:`, ...failures.map(({ picture }) => `  ${picture}`), ''].join('\n')
