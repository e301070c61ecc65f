import { useBrowser } from '../../support/browser'
import { useGallery, walk } from '../../support/gallery'

const gallery = useGallery()
const browser = useBrowser()

it('axe finds nothing in any state of any component (first half)', async () => {
  const tab = await browser.open({ server: gallery(), zone: 'UTC' })
  const { names, faults, offences } = await walk(tab, 0)
  expect(names.length).toBeGreaterThan(150)
  expect(new Set(names).size).toBe(names.length)
  expect(faults).toEqual([])
  expect(offences).toEqual([])
}, 600_000)
