/**
 * The offered media type that a request prefers (RFC 9110 §12.5.1). The first one where it states no
 * preference, or wants none of them: an answer in another form is better than none.
 */
export function wanted<const Type extends string>(
  accept: string | null,
  offered: readonly [Type, ...Type[]],
): Type {
  if (accept === null) return offered[0]
  const ranges = accept.split(',').flatMap(rangeOf)
  const weights = offered.map((type) => weightOf(type, ranges))
  const most = Math.max(...weights)
  return (most > 0 ? offered[weights.indexOf(most)] : undefined) ?? offered[0]
}

type Range = { type: string; weight: number }

function rangeOf(text: string): Range[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const given = weight === undefined ? 1 : Number(weight.slice(2))
  return type === '' || !(given >= 0 && given <= 1) ? [] : [{ type, weight: given }]
}

/** The most exact range counts, whatever the others say. */
function weightOf(type: string, ranges: readonly Range[]): number {
  for (const name of [type, type.replace(/\/.*/, '/*'), '*/*']) {
    const range = ranges.find((one) => one.type === name)
    if (range) return range.weight
  }
  return 0
}
