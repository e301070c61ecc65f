import type { Block, Letter } from './letter'

/** A letter as plain text: whatever HTML says is here, too. */
export function asText({ title, body, reason, endings }: Letter): string {
  const end = endings
    ? [
        `Mails about ${endings.kind}: stop them here:\n${endings.unsubscribe}`,
        `Which mails you get:\n${endings.settings}`,
      ]
    : []
  return `${[title, ...body.map(block), '-- ', reason, ...end].join('\n\n')}\n`.replace('-- \n\n', '-- \n')
}

function block(one: Block): string {
  if (one.is === 'text') return one.text
  if (one.is === 'action') return `${one.label}:\n${one.href}`
  if (one.is === 'aside') return one.href ? `${one.text}\n${one.href}` : one.text
  const lines = one.items.map(({ name, about }) => `- ${name}: ${about}`)
  return [...lines, ...(one.more > 0 ? [`... and ${one.more} more.`] : [])].join('\n')
}
