const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The letter or sign that a club is known by at a glance: the first that its name shows. */
export function markOf(name: string): string {
  const signs = [...GRAPHEMES.segment(name)].map(({ segment }) => segment)
  const first = signs.find((sign) =>
    /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(sign),
  )
  return (first ?? signs[0] ?? '?').toLocaleUpperCase('en')
}

/** Says nothing that the name beside it does not say. */
export function ClubMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      // Drawn by the style sheet: as text it would be read into the name of the button that it is on.
      data-mark={markOf(name)}
      className="grid size-7 shrink-0 place-items-center overflow-hidden rounded-md bg-accent-well text-sm leading-none font-semibold text-accent select-none before:content-[attr(data-mark)]"
    />
  )
}
