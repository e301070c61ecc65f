import Link from 'next/link'

type Neighbour = { href: string; name: string } | undefined

export function NeighbourLinks({ before, after }: { before: Neighbour; after: Neighbour }) {
  return (
    <nav aria-label="Next pages" className="mt-14 grid gap-3 border-t border-line pt-6 sm:grid-cols-2">
      {before && <Card label="Previous" {...before} />}
      {after && <Card label="Next" {...after} isLast />}
    </nav>
  )
}

type Entry = { label: string; href: string; name: string; isLast?: boolean }

function Card({ label, href, name, isLast = false }: Entry) {
  return (
    <Link
      href={href}
      prefetch={false}
      className={`grid rounded-xl border border-line bg-raised px-4 py-3 transition-colors hover:border-edge hover:bg-well ${isLast ? 'sm:col-start-2 sm:text-right' : ''}`}
    >
      <span className="text-sm text-quiet">{label}</span>
      <span className="font-medium">{name}</span>
    </Link>
  )
}
