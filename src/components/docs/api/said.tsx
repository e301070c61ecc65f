/** A sentence of the document, in which `code` stands between backticks. */
export function Said({ text }: { text: string }) {
  return text.split('`').map((piece, index) => (index % 2 === 0 ? piece : <code key={index}>{piece}</code>))
}
