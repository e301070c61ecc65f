import { scaleBand, scaleLinear } from 'd3-scale'
import { apart } from '@/contracts/unseen'
import { DayReader } from './day-reader'
import { inFigures, SERIES, sumOf, type Answered, type DayReading } from './chart-series'

/** A day (UTC) by its beginning. */
export type AnsweredDay = Answered & { from: string }

type Props = { days: readonly AnsweredDay[]; label: string }

const HEIGHT = 144
/** Room for what is drawn higher than it is, see LEAST. */
const TOP = 8
/** One refused call among thousands must be seen. */
const LEAST = 2

/**
 * How calls were answered, day by day. Drawn on the server: d3 never reaches the browser. Widths are parts of
 * a hundred, so that it fits every screen.
 */
export function DaysChart({ days, label }: Props) {
  const readings = days.map(readingOf)
  const most = Math.max(0, ...days.map(sumOf))
  const scale = scaleLinear([0, Math.max(most, 1)], [HEIGHT, TOP]).nice(3)
  const marks = scale.ticks(3).filter(Number.isInteger)
  const whole = { title: `Last ${days.length} days`, answered: total(days) }
  if (most === 0) return <NoCalls days={readings} />
  return (
    <div className="grid gap-3">
      <DayReader label={label} whole={whole} days={readings} axis={<Axis marks={marks} scale={scale} />}>
        <Bars days={days} marks={marks} scale={scale} />
        <Ends days={readings} />
      </DayReader>
      <DaysTable days={readings} label={label} />
    </div>
  )
}

type Scale = (value: number) => number

function Bars({ days, marks, scale }: { days: readonly AnsweredDay[]; marks: number[]; scale: Scale }) {
  const across = scaleBand(
    days.map(({ from }) => from),
    [0, 100],
  ).padding(0.22)
  return (
    <svg aria-hidden width="100%" height={HEIGHT} className="relative block overflow-visible">
      {marks.map((mark) => (
        <line key={mark} x1="0" x2="100%" y1={scale(mark)} y2={scale(mark)} className="stroke-line" />
      ))}
      {days.flatMap((day) =>
        stacked(day, scale).map(({ look, y, height }) => (
          <rect
            key={`${day.from} ${look}`}
            x={`${across(day.from)}%`}
            width={`${across.bandwidth()}%`}
            y={y}
            height={height}
            rx={1}
            className={look}
          />
        )),
      )}
    </svg>
  )
}

/** The parts of a day's bar, one upon the other. */
function stacked(day: Answered, scale: Scale) {
  let y = HEIGHT
  return SERIES.filter(({ name }) => day[name] > 0).map(({ name, look }) => {
    const height = Math.max(LEAST, HEIGHT - scale(day[name]))
    y -= height
    return { look, y, height }
  })
}

function Axis({ marks, scale }: { marks: number[]; scale: Scale }) {
  return (
    <svg aria-hidden width={34} height={HEIGHT} className="shrink-0 overflow-visible">
      {marks.map((mark) => (
        <text
          key={mark}
          x={34}
          y={scale(mark)}
          dy="0.32em"
          textAnchor="end"
          className="fill-quiet text-xs tabular-nums"
        >
          {SHORT.format(mark)}
        </text>
      ))}
    </svg>
  )
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact' })

function Ends({ days }: { days: readonly DayReading[] }) {
  return (
    <div aria-hidden className="flex justify-between pt-1.5 text-xs text-quiet">
      <span>{days[0]?.title}</span>
      <span>{days[Math.floor(days.length / 2)]?.title}</span>
      <span>Today</span>
    </div>
  )
}

function NoCalls({ days }: { days: readonly DayReading[] }) {
  return (
    <div>
      <p className="grid h-36 place-items-center border-y border-line text-center text-sm text-quiet">
        No calls in the last {days.length} days.
      </p>
      <Ends days={days} />
    </div>
  )
}

/** The same in figures, for those who cannot see the bars, or want to be exact. */
function DaysTable({ days, label }: { days: readonly DayReading[]; label: string }) {
  const busy = days.filter(({ answered }) => sumOf(answered) > 0).reverse()
  return (
    <details className="text-sm">
      <summary className="w-fit cursor-pointer rounded py-1 font-medium text-accent">
        Show the figures
      </summary>
      <div
        role="region"
        aria-label={`${apart(label)}: figures`}
        tabIndex={0}
        className="mt-2 max-h-72 overflow-auto rounded-lg border border-line"
      >
        <table className="w-full text-right tabular-nums">
          <thead className="sticky top-0 bg-well text-xs text-quiet">
            <tr>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                Day (UTC)
              </th>
              {SERIES.map(({ name, title, statuses }) => (
                <th key={name} scope="col" className="px-3 py-2 font-medium">
                  {title}
                  {statuses && <span className="max-sm:sr-only"> ({statuses})</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {busy.map(({ title, answered }) => (
              <tr key={title} className="border-t border-line">
                <th scope="row" className="px-3 py-1.5 text-left font-normal whitespace-nowrap">
                  {title}
                </th>
                {SERIES.map(({ name }) => (
                  <td key={name} className="px-3 py-1.5">
                    {inFigures(answered[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

const readingOf = ({ from, ...answered }: AnsweredDay): DayReading => ({
  title: DAY.format(new Date(from)),
  answered,
})

function total(days: readonly Answered[]): Answered {
  const sum = { ok: 0, limited: 0, denied: 0, errors: 0 }
  for (const day of days) for (const { name } of SERIES) sum[name] += day[name]
  return sum
}
