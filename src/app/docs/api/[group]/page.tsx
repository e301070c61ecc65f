import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { MethodBadge } from '@/components/docs/api/method-badge'
import { OperationSection } from '@/components/docs/api/operation'
import { Said } from '@/components/docs/api/said'
import { DocsPage } from '@/components/docs/docs-page'
import { NeighbourLinks } from '@/components/docs/neighbour-links'
import { apiGroups, type ApiGroup } from '../reference'

type Props = { params: Promise<{ group: string }> }

const find = (slug: string) => apiGroups().find((group) => group.slug === slug)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const group = find((await params).group)
  return group ? { title: `API: ${group.name}` } : {}
}

export default async function ApiGroupPage({ params }: Props) {
  const group = find((await params).group)
  if (!group) notFound()
  const at = apiGroups().indexOf(group)
  return (
    <DocsPage group="API reference" title={group.name} wide>
      <p>
        <Said text={group.text} />
      </p>
      <ul className="!mb-8 !list-none !pl-0 text-sm">
        {group.operations.map(({ id, method, summary }) => (
          <li key={id} className="grid grid-cols-[4.5rem_minmax(0,1fr)] items-baseline gap-x-2">
            <span>
              <MethodBadge method={method} />
            </span>
            <a href={`#${id}`}>{summary}</a>
          </li>
        ))}
      </ul>
      {group.operations.map((operation) => (
        <OperationSection key={operation.id} operation={operation} />
      ))}
      <NeighbourLinks before={linkTo(apiGroups()[at - 1])} after={linkTo(apiGroups()[at + 1])} />
    </DocsPage>
  )
}

const linkTo = (group: ApiGroup | undefined) => group && { href: `/docs/api/${group.slug}`, name: group.name }
