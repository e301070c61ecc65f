const ROWS = [1, 2, 3, 4, 5, 6]

/** The outline of a list's page, of the measures of the real one. */
export function PageSkeleton({ page }: { page: string }) {
  return (
    <div className="mx-auto grid max-w-page grid-cols-1 gap-6 px-4 py-8 sm:px-6 sm:py-10">
      <p role="status" className="sr-only">
        Loading {page}…
      </p>
      <div aria-hidden className="grid grid-cols-1 gap-6">
        <div className="grid grid-cols-1 gap-2.5">
          <div className="text-2xl font-semibold text-quiet">{page}</div>
          <Bar className="h-4 w-full max-w-md" />
        </div>
        <Bar className="h-11 w-full sm:h-10 sm:w-72" />
        <div className="grid grid-cols-1 divide-y divide-line rounded-xl border border-line bg-raised">
          {ROWS.map((row) => (
            <div key={row} className="flex h-14 items-center gap-6 px-4">
              <Bar className="h-4 w-48 shrink" />
              <Bar className="hidden h-4 w-16 sm:block" />
              <Bar className="ml-auto h-4 w-24" />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

const Bar = ({ className }: { className: string }) => (
  <div className={`animate-pulse rounded-md bg-well ${className}`} />
)
