import { readFileSync } from 'node:fs'

type Entry = { optionalDependencies?: Record<string, string> }

// `npm ci` refuses the whole installation otherwise. It happens when the registry lags behind with some
// platform's build of a new version: pin the version before, by `overrides` where it is not our own
// dependency.
it('names every optional package of every package, so that a fresh clone can be installed', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, Entry>
  }
  const locked = new Set(
    Object.keys(packages).map((folder) =>
      folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ),
  )
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name))
      .map((name) => `${name}, wanted by ${folder}`),
  )
  expect(missing).toEqual([])
})
