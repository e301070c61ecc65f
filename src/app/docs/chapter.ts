/**
 * A page made of a Markdown file. `name` is what the navigation calls it, `about` a line that says who wants it,
 * and `also` what readers call it who look for it: each line is found as the title is.
 */
export type Chapter = { slug: string; name: string; about: string; also: string; text: string }
/** A page that is made of something else. */
export type Made = Omit<Chapter, 'text'>

export const chapter = (
  slug: string,
  name: string,
  text: string,
  about: string,
  ...also: string[]
): Chapter => ({
  slug,
  name,
  text,
  about,
  also: [slug.replaceAll('-', ' '), ...also].join('\n'),
})
