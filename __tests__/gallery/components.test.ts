import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { useGallery } from '../support/gallery'

const COMPONENTS = path.resolve(__dirname, '../../src/components')
const gallery = useGallery()

/** Drawn from the documents at build time; the pages themselves are looked at. */
const OF_THE_DOCS = /^docs\//
/** What else components bring to a browser. */
const LIBRARIES =
  /^(@radix-ui\/.+|@floating-ui\/.+|@fontsource-variable\/.+|radix-ui|react|react-dom|scheduler|lucide-react|d3-\w+|internmap|aria-hidden|react-remove-scroll(-bar)?|react-style-singleton|use-callback-ref|use-sidecar|get-nonce|tslib)$/

const packageOf = (module: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1]

it('components need no server: they bring numbers and characters of contracts, and libraries for browsers', () => {
  const { modules } = gallery()
  const ours = modules.filter((module) => module.startsWith('src/') && !module.startsWith('src/components/'))
  expect(
    ours.filter((module) => !/^src\/(contracts\/(bounds|unseen)\.ts|app\/globals\.css)$/.test(module)),
  ).toEqual([])
  const packages = [...new Set(modules.map(packageOf).filter((name) => name !== undefined))]
  expect(packages.filter((name) => !LIBRARIES.test(name))).toEqual([])
  expect(packages).toContain('react-dom')
})

it('the gallery has every component', () => {
  const { modules } = gallery()
  const files = readdirSync(COMPONENTS, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.tsx') && !OF_THE_DOCS.test(file),
  )
  const exporting = files.filter((file) =>
    /^export (default )?(function|const) [A-Z]/m.test(readFileSync(path.join(COMPONENTS, file), 'utf8')),
  )
  expect(exporting.length).toBeGreaterThan(80)
  // Show it in a file of gallery/states, in each of its states.
  expect(exporting.filter((file) => !modules.includes(`src/components/${file}`))).toEqual([])
})
