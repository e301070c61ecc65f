import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isBuildOutdated } from '../../scripts/start/build'
import { startServer } from '../support/server'
import { temporaryFolder } from '../support/temporary'

const ROOT = process.cwd()
const { CLUBKEYS_TEST_BUILD_OUTDATED: before } = process.env

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(ROOT)
  process.env.CLUBKEYS_TEST_BUILD_OUTDATED = before
  rmSync(folder, { recursive: true, force: true })
})

it('a server test refuses to try an older build, and says what to run', async () => {
  process.env.CLUBKEYS_TEST_BUILD_OUTDATED = 'yes'
  await expect(startServer({ databaseUrl: '' })).rejects.toThrow('run `npm test -- PATH`')
})

it('a build is outdated once it is of other sources; one that is not ours is left alone', () => {
  mkdirSync(path.join(folder, 'src'))
  expect(isBuildOutdated()).toBe(false)
  mkdirSync(path.join(folder, '.next'))
  writeFileSync(path.join(folder, '.next/clubkeys-build'), 'of other sources')
  expect(isBuildOutdated()).toBe(true)
})
