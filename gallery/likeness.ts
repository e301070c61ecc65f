import type { BrowserContext, Page } from 'playwright-core'

// What a picture looks like from afar, in a line of text: small enough to be kept beside the code, coarse enough
// to be the same on another machine.

const COLUMNS = 12
const ROWS = 12
/** Levels of brightness, each a hexadecimal digit. */
const LEVELS = 16
/** A cell that is so many levels brighter or darker shows something else. */
const OTHER = 2
/** So many other cells are a glyph or two that another machine draws elsewhere. */
const FEW = 2

/** What draws pictures small: a page of its own, since the pages that are looked at allow nothing foreign. */
export const openScale = (context: BrowserContext): Promise<Page> => context.newPage()

/** The visible part of a page from afar: its mean brightness in each cell of a grid, row by row. */
export async function likenessOf(page: Page, scale: Page): Promise<string> {
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const cells = await scale.evaluate(
    async ([base64, columns, rows]) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob()
      const resized = { resizeWidth: columns, resizeHeight: rows, resizeQuality: 'high' } as const
      const drawing = new OffscreenCanvas(columns, rows).getContext('2d')
      if (!drawing) throw new Error('this browser draws nothing')
      drawing.drawImage(await createImageBitmap(blob, resized), 0, 0)
      const { data } = drawing.getImageData(0, 0, columns, rows)
      return Array.from({ length: columns * rows }, (_, cell) => [...data.slice(4 * cell, 4 * cell + 3)])
    },
    [picture.toString('base64'), COLUMNS, ROWS] as const,
  )
  return cells.map((cell) => levelOf(cell).toString(LEVELS)).join('')
}

/** Most of a page is nearly white: what is on it is told apart by the root of its darkness. */
const levelOf = (colour: readonly number[]): number =>
  Math.round(Math.sqrt(1 - colour.reduce((sum, part) => sum + part, 0) / (3 * 255)) * (LEVELS - 1))

/** Whether two likenesses are of pictures that a person would call the same. */
export function isAlike(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  const levels = (text: string) => Array.from(text, (digit) => parseInt(digit, LEVELS))
  const before = levels(other)
  const others = levels(one).filter((level, cell) => Math.abs(level - (before[cell] ?? 0)) >= OTHER)
  return others.length <= FEW
}
