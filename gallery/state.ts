import type { ReactNode } from 'react'

/** Something that is done before the state is there. */
export type Step = () => Promise<void>

/** How a component is shown: on a page of the gallery's own, in the frame of a page, or as a page itself. */
type Place = 'part' | 'body' | 'page'

export type State = { name: string; place: Place; show: () => ReactNode; steps: readonly Step[] }

const stateAt =
  (place: Place) =>
  (name: string, show: () => ReactNode, ...steps: Step[]): State => ({ name, place, show, steps })

/** Of a component that stands somewhere on a page, or of a dialog. */
export const part = stateAt('part')
/** Of what fills a page below its header, and brings its heading. */
export const body = stateAt('body')
/** Of a whole page, its landmarks included. */
export const page = stateAt('page')

const PRESSED = 'button, summary, a, label, input, [role=menuitem], [role=tab]'
const PATIENCE_MS = 3_000

/** Presses what is called so, or begins so; the last of them in the topmost dialog or menu. */
export const press =
  (name: string): Step =>
  async () => {
    const found = await soon(
      () =>
        last(PRESSED, (element) => nameOf(element) === name) ??
        last(PRESSED, (element) => nameOf(element).startsWith(name)),
      name,
    )
    found.focus()
    found.click()
  }

/** Writes into the field that is labelled so, as a person would. */
export const type =
  (label: string, text: string): Step =>
  async () => {
    const field = await soon(
      () => last('input, textarea, select', (element) => labelOf(element) === label),
      label,
    )
    const { prototype } = field.constructor as { prototype: object }
    // React looks for a change where the element's own setter puts it.
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }

/** Waits until somewhere this can be read. */
export const read =
  (text: string): Step =>
  async () => {
    await soon(() => (document.body.textContent.includes(text) ? document.body : undefined), text)
  }

function last(selector: string, is: (element: HTMLElement) => boolean): HTMLElement | undefined {
  const layers = document.querySelectorAll('[role=dialog], [role=alertdialog], [role=menu]')
  const top = [...layers].at(-1) ?? document
  return [...top.querySelectorAll<HTMLElement>(selector)].filter(is).at(-1)
}

const nameOf = (element: HTMLElement) => (element.ariaLabel ?? element.textContent).trim()

const labelOf = (element: HTMLElement) =>
  element.ariaLabel ?? (element as HTMLInputElement).labels?.[0]?.textContent.trim()

async function soon(look: () => HTMLElement | undefined, what: string): Promise<HTMLElement> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    const found = look()
    if (found) return found
    await new Promise((done) => setTimeout(done, 10))
  }
  throw new Error(`nothing is called “${what}”`)
}
