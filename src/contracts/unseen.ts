// What text may hide, and what shows it. No zod: components take it to the browser.

/**
 * Characters that change the direction in which text is read: `U+202E` makes "exe.nimda" of "admin.exe" (UTR
 * 36 §2.1).
 */
export const BIDI_CONTROL = /\p{Bidi_Control}/u

// Characters that show nothing are kept only where a script or an emoji needs them: joiners within words of
// scripts that join and within emoji, the style of an emoji or an ideograph, the tags of a flag. Anywhere
// else they make two names look alike that are not.
const JOINERS =
  /(?<=[\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]|[^\P{L}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hangul}])[\u200c\u200d](?=[\p{L}\p{M}\p{Extended_Pictographic}])/gu
const EMOJI_STYLES = /(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)/gu
const GLYPH_VARIANTS =
  /(?<=[\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Sm}])\p{Variation_Selector}/gu
const FLAG_TAGS = /(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}/gu
export const NEEDED: readonly RegExp[] = [GLYPH_VARIANTS, EMOJI_STYLES, FLAG_TAGS, JOINERS]
export const HIDDEN = /\p{Default_Ignorable_Code_Point}/u

/**
 * More marks on one letter than any language puts there: they climb over the lines around. Of no script of
 * their own (accents) four, the same one thrice, of any script seven.
 */
export const PILED = /(?:(?=\p{Script=Inherited})\p{M}){4}|(\p{M})\1\1|\p{Mn}{7}/u
const MARKS = /\p{M}{3,}/gu

const MISLEADING = new RegExp(
  `(${NEEDED.map(({ source }) => source).join('|')})|${HIDDEN.source}|${BIDI_CONTROL.source}|[\\p{Cc}\\u2028\\u2029]`,
  'gu',
)
/** Letters that are read from right to left. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Mende_Kikakui}]/u

/**
 * A name as people see it: what hides in it, or turns its direction, shows as U+FFFD, and
 * of piled marks two are left. Names are refused with
 * such characters today; what was stored before, or is nobody's name, may hold some.
 */
export const shown = (text: string): string =>
  text
    .replace(MISLEADING, (_, needed: string | undefined) => needed ?? '\ufffd')
    .replace(MARKS, (run) => (PILED.test(run) ? [...run].slice(0, 2).join('') : run))

/**
 * The same within a sentence, a title or a line of a table in text: a name that is read from right to left
 * would turn around what stands beside it, so it is set apart (UAX 9 §2.4.2: FSI and PDI, as `<bdi>` does).
 */
export function apart(name: string): string {
  const text = shown(name)
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text
}
