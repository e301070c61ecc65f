/** The text of a Markdown file, built into the server (`turbopack.rules` in next.config.js). */
declare module '*.md' {
  const text: string
  export default text
}
