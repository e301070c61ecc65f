/** The address that a name suggests: "Läufer & Co" → "laufer-co". Empty where it has no such letter. */
export const addressFor = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')

/** What is wrong with an address, in the server's rules; undefined: nothing. */
export function objectionTo(slug: string): string | undefined {
  if (/[^a-z0-9-]/.test(slug)) return 'Only a-z, 0-9 and hyphens.'
  if (/^-|-$|--/.test(slug)) return 'Hyphens stand alone, between letters or digits.'
  return slug.length < 2 || slug.length > 40 ? '2 to 40 characters.' : undefined
}
