import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import type { Scene } from './scene'

/** What the README shows, each in both themes. */
export const README_SCENES: readonly string[] = ['overview', 'keys', 'key-page']

const FOLDER = 'docs/pictures'
/** All who clone the repository load them. */
const MAX_BYTES = 60_000
const QUALITY = 0.86

/**
 * Keeps a small picture of the page for the README.
 * @throws Error if it is larger than the README may load
 */
export async function forReadme(page: Page, { name }: Scene, { theme }: { theme: string }): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled' })
  const file = path.join(FOLDER, `${name}-${theme}.webp`)
  const small = await asWebp(page, picture)
  if (small.length > MAX_BYTES) throw new Error(`${file} has ${small.length} bytes, more than ${MAX_BYTES}`)
  writeFileSync(file, small)
}

/** The browser itself makes it: a page of its own does, since those of the app load no data. */
async function asWebp(page: Page, picture: Buffer): Promise<Buffer> {
  const maker = await page.context().newPage()
  const url = await maker.evaluate(
    async ([base64, quality]) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob()
      const whole = await createImageBitmap(blob)
      const canvas = Object.assign(document.createElement('canvas'), {
        width: whole.width,
        height: whole.height,
      })
      canvas.getContext('2d')?.drawImage(whole, 0, 0)
      return canvas.toDataURL('image/webp', quality)
    },
    [picture.toString('base64'), QUALITY] as const,
  )
  await maker.close()
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}
