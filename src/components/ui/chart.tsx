const WIDTH = 80
const HEIGHT = 24
const GAP = 2
/** What happened at all can be seen, however little it was. */
const LEAST = 2

/** A few numbers in the height of a line of text. @param label says them in words, for those who cannot see them */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(...values, 1)
  const step = (WIDTH + GAP) / Math.max(values.length, 1)
  return (
    <svg role="img" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="shrink-0">
      <title>{label}</title>
      {values.map((value, at) => {
        const height = value > 0 ? Math.max(LEAST, (value / most) * HEIGHT) : 1
        return (
          <rect
            key={at}
            x={at * step}
            y={HEIGHT - height}
            width={Math.max(1, step - GAP)}
            height={height}
            rx={1}
            className={value > 0 ? 'fill-accent' : 'fill-line'}
          />
        )
      })}
    </svg>
  )
}
