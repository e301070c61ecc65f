/** HTML. Only `markup` makes it: whatever else comes into it is text, and is escaped. */
export class Markup {
  constructor(readonly html: string) {}
}

type Value = string | Markup | readonly Markup[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (said: string): string => said.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

function written(value: Value): string {
  if (typeof value === 'string') return escaped(value)
  return value instanceof Markup ? value.html : value.map((one) => one.html).join('')
}

/**
 * A piece of HTML: text in it is escaped by construction, in quoted attributes, too.
 * @example markup`<p title="${name}">${name}</p>`
 */
export const markup = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(parts.map((part, i) => part + (i < values.length ? written(values[i] ?? '') : '')).join(''))
