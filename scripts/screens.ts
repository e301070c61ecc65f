import { mkdirSync } from 'node:fs'
import { launchChromium } from '../__tests__/support/browser'
import { startServer } from '../__tests__/support/server'
import { buildWhenStale } from './start/build'
import { SCENES } from './screens/scenes'
import { forReadme, README_SCENES } from './screens/readme'
import { inFolder, shoot } from './screens/shoot'
import { openStage } from './screens/stage'

// `npm run screens`: pictures of every page in .screens/, phone, tablet and desktop, light and dark.
// Arguments choose scenes by the beginning of their names: npm run screens -- keys
// `npm run screens -- --readme`: the few that the README shows, in docs/pictures/.

const FOLDER = process.env.SCREENS_FOLDER ?? '.screens'

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exit(1)
  },
)

async function main(): Promise<void> {
  process.env.NEXTAUTH_SECRET = 'for-pictures-only-for-pictures-only-for-pictures'
  await buildWhenStale(process.env)
  mkdirSync(FOLDER, { recursive: true })
  const isForReadme = process.argv.includes('--readme')
  const beginnings = process.argv.slice(2)
  const chosen = SCENES.filter(({ name }) =>
    isForReadme
      ? README_SCENES.includes(name)
      : beginnings.length === 0 || beginnings.some((start) => name.startsWith(start)),
  )
  const [widths, keep] = isForReadme ? [[1440], forReadme] : [[390, 768, 1440], inFolder(FOLDER)]
  const stage = await openStage()
  const server = await startServer({ databaseUrl: stage.databaseUrl })
  const browser = await launchChromium()
  try {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of widths)
        await shoot({ browser, origin: `http://localhost:${server.port}`, theme, width }, chosen, keep)
    }
  } catch (error) {
    process.stderr.write(server.output())
    throw error
  } finally {
    await browser.close()
    await server.stop()
    await stage.close()
  }
}
