const letters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** One or two letters that stand for a name: of its first and its last word, each as people see a letter. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((word) => firstLetter(word ?? '').toLocaleUpperCase('en')).join('')
}

function firstLetter(word: string): string {
  for (const { segment } of letters.segment(word)) if (/[\p{L}\p{N}]/u.test(segment)) return segment
  return ''
}
