import type { Token, Tokens } from 'marked'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { CodeBlock } from './code-block'
import { plainText } from './plain-text'
import type { Heading } from './sections'

/** Where a link leads: to an address, or to a file that only the repository has. */
export type Target = { href: string } | { file: string }
export type Picture = { src: string; width: number; height: number }

export type Ways = {
  targetOf: (href: string) => Target
  pictures: Readonly<Record<string, Picture>>
}

type Props = { blocks: readonly Token[]; headings: readonly Heading[]; ways: Ways }

/**
 * Markdown as React elements: nothing of it is ever taken for markup, whatever it holds. What is not known
 * here stops the page, so that no text is lost silently.
 */
export function Markdown({ blocks, headings, ways }: Props) {
  let next = 0
  return blocks.map((block, index) => {
    if (block.type !== 'heading') return <Block key={index} token={block} ways={ways} />
    const heading = headings[next++]
    return (
      heading && <SectionHeading key={index} heading={heading} token={block as Tokens.Heading} ways={ways} />
    )
  })
}

function SectionHeading({ heading, token, ways }: { heading: Heading; token: Tokens.Heading; ways: Ways }) {
  const Tag = heading.depth <= 2 ? 'h2' : heading.depth === 3 ? 'h3' : 'h4'
  return (
    <Tag id={heading.id}>
      <Inline tokens={token.tokens} ways={ways} />
      <AnchorLink id={heading.id} text={heading.text} />
    </Tag>
  )
}

/** The address of a section, for whoever wants to send it to somebody. */
export function AnchorLink({ id, text }: { id: string; text: string }) {
  return (
    <a href={`#${id}`} className="anchor" aria-label={`Link to “${text}”`}>
      #
    </a>
  )
}

function Block({ token, ways }: { token: Token; ways: Ways }): ReactNode {
  switch (token.type) {
    case 'space':
      return null
    case 'html':
      return nothingOf(token)
    case 'paragraph':
      return paragraphOf(token as Tokens.Paragraph, ways)
    case 'text':
      return <Inline tokens={(token as Tokens.Text).tokens ?? [token]} ways={ways} />
    case 'code':
      return <CodeBlock code={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ''} />
    case 'blockquote':
      return (
        <blockquote>
          <BlockList tokens={(token as Tokens.Blockquote).tokens} ways={ways} />
        </blockquote>
      )
    case 'list':
      return <List list={token as Tokens.List} ways={ways} />
    case 'table':
      return <Table table={token as Tokens.Table} ways={ways} />
    case 'hr':
      return <hr />
    default:
      throw new Error(`docs: no way to show a block of kind ${token.type}: ${token.raw.slice(0, 40)}`)
  }
}

/** A comment is for those who edit the file. */
function nothingOf({ raw }: Token): null {
  if (!/^\s*<!--[^]*-->\s*$/.test(raw)) throw new Error(`docs: markup is not shown: ${raw.slice(0, 40)}`)
  return null
}

/** A picture alone in its paragraph is a figure. */
function paragraphOf({ tokens }: Tokens.Paragraph, ways: Ways): ReactNode {
  const [only] = tokens
  if (tokens.length === 1 && only?.type === 'image') {
    const { href, text } = only as Tokens.Image
    const picture = ways.pictures[href]
    if (!picture) throw new Error(`docs: no picture ${href}`)
    return (
      <figure>
        <img src={picture.src} width={picture.width} height={picture.height} alt={text} />
      </figure>
    )
  }
  return (
    <p>
      <Inline tokens={tokens} ways={ways} />
    </p>
  )
}

const BlockList = ({ tokens, ways }: { tokens: readonly Token[]; ways: Ways }) =>
  tokens.map((token, index) => <Block key={index} token={token} ways={ways} />)

function List({ list: { ordered, start, items }, ways }: { list: Tokens.List; ways: Ways }) {
  const entries = items.map((item, index) => (
    <li key={index}>
      <BlockList tokens={item.tokens} ways={ways} />
    </li>
  ))
  if (!ordered) return <ul>{entries}</ul>
  return <ol start={start === '' ? undefined : start}>{entries}</ol>
}

/**
 * Wide tables are scrolled by themselves, also by keyboard; the page never is. On a phone each row is a block of
 * its own, whose cells say what they are when the order alone does not.
 */
function Table({ table: { header, rows }, ways }: { table: Tokens.Table; ways: Ways }) {
  const isNamed = header.some(({ text }) => text !== '')
  const label = isNamed
    ? `Table: ${header
        .map(({ tokens }) => plainText(tokens))
        .filter(Boolean)
        .join(', ')}`
    : 'Table'
  const isWide = header.length > 2
  const named = (index: number) =>
    (isWide && index > 0 && plainText(header[index]?.tokens ?? [])) || undefined
  return (
    <div className="sideways" role="region" aria-label={label} tabIndex={0}>
      <table className={isWide ? 'wide' : undefined}>
        {isNamed && (
          <thead>
            <tr>
              {header.map((cell, index) =>
                cell.text === '' ? (
                  <td key={index} className="corner" />
                ) : (
                  <th key={index} scope="col">
                    <Inline tokens={cell.tokens} ways={ways} />
                  </th>
                ),
              )}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map(({ tokens }, index) => (
                <td key={index} data-column={named(index)}>
                  <Inline tokens={tokens} ways={ways} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Inline = ({ tokens, ways }: { tokens: readonly Token[]; ways: Ways }) =>
  tokens.map((token, index) => <Piece key={index} token={token} ways={ways} />)

function Piece({ token, ways }: { token: Token; ways: Ways }): ReactNode {
  const inner = 'tokens' in token && token.tokens ? <Inline tokens={token.tokens} ways={ways} /> : null
  switch (token.type) {
    case 'text':
    case 'escape':
      return inner ?? (token as Tokens.Text).text
    case 'strong':
      return <strong>{inner}</strong>
    case 'em':
      return <em>{inner}</em>
    case 'del':
      return <del>{inner}</del>
    case 'br':
      return <br />
    case 'codespan':
      return codeOf((token as Tokens.Codespan).text)
    case 'link':
      return (
        <Way
          target={ways.targetOf((token as Tokens.Link).href)}
          text={plainText((token as Tokens.Link).tokens)}
        >
          {inner}
        </Way>
      )
    default:
      throw new Error(`docs: no way to show ${token.type}: ${token.raw.slice(0, 40)}`)
  }
}

/** In a table, code up to this length stays in one line. */
const LONG_CODE = 28

/** A path of these pages leads there: GitHub, which has no such page, shows it as code. */
function codeOf(text: string): ReactNode {
  const code = <code className={text.length > LONG_CODE ? 'long' : undefined}>{text}</code>
  return /^\/docs(\/[\w#/-]+)?$/.test(text) ? <Way target={{ href: text }}>{code}</Way> : code
}

function Way({ target, text = '', children }: { target: Target; text?: string; children: ReactNode }) {
  if ('file' in target)
    return text.includes(target.file) ? (
      <>{children} in the repository</>
    ) : (
      <>
        {children} (<code>{target.file}</code> in the repository)
      </>
    )
  const { href } = target
  if (href.startsWith('/'))
    return (
      <Link href={href} prefetch={false}>
        {children}
      </Link>
    )
  return (
    <a href={href} rel="noreferrer">
      {children}
    </a>
  )
}
