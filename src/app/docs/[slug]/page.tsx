import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DocsPage } from '@/components/docs/docs-page'
import { Markdown, type Picture } from '@/components/docs/markdown'
import { NeighbourLinks } from '@/components/docs/neighbour-links'
import concepts from '../../../../docs/concepts.svg'
import { neighbours } from '../book'
import { targetOf } from '../links'
import { readChapter } from '../read-chapter'

type Props = { params: Promise<{ slug: string }> }

const PICTURES = { 'concepts.svg': concepts as Picture }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const chapter = readChapter((await params).slug)
  return chapter ? { title: chapter.title } : {}
}

export default async function ChapterPage({ params }: Props) {
  const { slug } = await params
  const chapter = readChapter(slug)
  if (!chapter) notFound()
  const { group, title, blocks, headings } = chapter
  return (
    <DocsPage {...{ group, title, headings }}>
      <Markdown {...{ blocks, headings }} ways={{ targetOf, pictures: PICTURES }} />
      <NeighbourLinks {...neighbours(slug)} />
    </DocsPage>
  )
}
