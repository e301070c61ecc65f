import { isSql, sqlChanges, value } from './sql'

/** The part of Babel's tree that is read here. */
export type Node = { type: string; [field: string]: unknown }
type NodePath = { node: Node; parent: Node; parentPath: NodePath | null; key: string | number }
export type Mutator = { name: string; mutate: (path: NodePath) => Iterable<Node> }

type Text = { value: { raw: string; cooked: string } }

/** One condition, lock or null of an SQL text: a tagged template, or a text that is SQL. */
const sql: Mutator = {
  name: 'Sql',
  *mutate({ node, parent }) {
    if (node.type === 'TaggedTemplateExpression')
      for (const quasi of changedTemplates(node.quasi as Node)) yield { ...bare(node), quasi }
    else if (node.type === 'TemplateLiteral' && parent.type !== 'TaggedTemplateExpression')
      yield* changedTemplates(node)
    else if (node.type === 'StringLiteral' && isSql(node.value as string))
      for (const { text } of sqlChanges(node.value as string)) yield { type: 'StringLiteral', value: text }
  },
}

function* changedTemplates({ quasis, expressions }: Node): Generator<Node> {
  const texts = (quasis as Text[]).map(({ value: { cooked } }) => cooked)
  const whole = texts.map((text, i) => (i === 0 ? text : value(i - 1) + text)).join('')
  if (!isSql(whole)) return
  for (const { text } of sqlChanges(whole)) {
    const parts = text.split(/⟦(\d+)⟧/)
    const kept = parts.filter((_, i) => i % 2 === 1).map((n) => (expressions as Node[])[Number(n)])
    const rest = parts.filter((_, i) => i % 2 === 0)
    yield {
      type: 'TemplateLiteral',
      expressions: kept,
      quasis: rest.map((cooked, i) => ({
        type: 'TemplateElement',
        value: { cooked, raw: cooked.replace(/[`\\]|\$\{/g, '\\$&') },
        tail: i === rest.length - 1,
      })),
    }
  }
}

/** One property less in a filter: in the value of `where`, under any name, and in the lists in it. */
const where: Mutator = {
  name: 'Where',
  *mutate(path) {
    const { node } = path
    const field =
      node.type === 'ObjectExpression' ? 'properties' : node.type === 'ArrayExpression' ? 'elements' : null
    if (field === null || !isFilter(path)) return
    const items = node[field] as Node[]
    // The ordinary mutators already empty it.
    if (items.length > 1)
      for (const item of items) yield { ...bare(node), [field]: items.filter((one) => one !== item) }
  },
}

/** Steps from a part of a filter to the whole. */
const WITHIN = new Set([
  'ObjectExpression',
  'ObjectProperty',
  'ArrayExpression',
  'SpreadElement',
  'ConditionalExpression',
  'LogicalExpression',
  'TSSatisfiesExpression',
  'ParenthesizedExpression',
])

function isFilter(start: NodePath): boolean {
  for (let path: NodePath | null = start; path; path = path.parentPath) {
    const { node } = path
    if (node.type === 'ObjectProperty' && nameOf(node.key) === 'where') return true
    if (node.type === 'ObjectExpression' && asksForLife(node)) return true
    if (node.type === 'TSSatisfiesExpression' && mentionsFilter(node.typeAnnotation)) return true
    if (node.type === 'VariableDeclarator')
      return /where/i.test(nameOf(node.id)) || mentionsFilter((node.id as Node).typeAnnotation)
    if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionDeclaration')
      return mentionsFilter(node.returnType)
    if (!WITHIN.has(node.type) && node.type !== 'ReturnStatement' && node.type !== 'BlockStatement')
      return false
  }
  return false
}

const nameOf = (node: unknown): string => ((node as Node | null)?.name as string | undefined) ?? ''
const mentionsFilter = (type: unknown): boolean =>
  /Where(Unique)?Input/.test(
    JSON.stringify(type ?? null, (key, each: unknown) => (key === 'loc' ? undefined : each)),
  )

/** `{ revokedAt: null, ... }` is a filter wherever it stands. */
const asksForLife = ({ properties }: Node): boolean =>
  (properties as Node[]).some(
    ({ key, value: given }) =>
      /^(revoked|disabled)At$/.test(nameOf(key)) && (given as Node | undefined)?.type === 'NullLiteral',
  )

/** A statement that only calls, such as a check or a lock: the code after it runs without it, too. */
const call: Mutator = {
  name: 'CallStatement',
  *mutate({ node }) {
    if (node.type !== 'ExpressionStatement') return
    const expression = node.expression as Node
    const called = (expression.type === 'AwaitExpression' ? expression.argument : expression) as Node
    if (called.type !== 'CallExpression' || /^log$/.test(nameOf((called.callee as Node).object))) return
    if ((called.callee as Node).type === 'Super') return
    yield { type: 'EmptyStatement' }
  },
}

const bare = ({ type, ...rest }: Node): Node => {
  const {
    loc: _loc,
    start: _start,
    end: _end,
    leadingComments: _before,
    trailingComments: _after,
    ...kept
  } = rest
  return { type, ...kept }
}

export const OWN_MUTATORS: readonly Mutator[] = [sql, where, call]
